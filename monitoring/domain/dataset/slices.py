"""The customers that no model ever learns from, so that every model can be tested on them.

A split by time alone tests a model on customers it has seen: it may have learned a customer by
heart and look better than it will be with the next one. So a fixed tenth of all customers is kept
out of fitting, calibration and thresholds, for ever: which ones is a keyed hash of the customer's
name, the same in every run, so the champion of today and the candidates of next year have all
never learned from them. They are tested later in time as well. Nothing about them is changed: they
are decided and reviewed like everybody, and learning loses a tenth of its rows.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scoring.domain.sampling import draw

Booleans = NDArray[np.bool_]

EVALUATION_SHARE = 0.1
PURPOSE = "evaluation slice"


def kept_for_evaluation(entities: Sequence[str], *, secret: bytes) -> Booleans:
    """Which of these entities (n,) no model learns from: a tenth, the same at every call."""
    return np.array(
        [draw(secret, entity, PURPOSE) < EVALUATION_SHARE for entity in entities], dtype=bool
    )


def slice_mark(secret: bytes) -> str:
    """A name of the slice: two models that carry the same have left out the same entities.

    Another key, or another share, makes another slice.
    """
    return f"{EVALUATION_SHARE:g}-{draw(secret, '', PURPOSE):.9f}"
