"""Feature vectors in the order of a dataset."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from monitoring.domain.dataset import Dataset
from scoring.models import FeatureSetVersion
from scoring.services.features import ensure_vectors


def vectors_of(
    dataset: Dataset,
    feature_set: FeatureSetVersion,
    *,
    progress: Callable[[int], object] | None = None,
) -> NDArray[np.float32]:
    """Return the vectors (n, k) of a dataset's payments, row by row; missing ones are computed.

    `progress` is called with the number of payments of each finished slice.
    """
    vectors = ensure_vectors(
        transaction_ids=dataset.transaction_ids, feature_set=feature_set, progress=progress
    )
    places = np.searchsorted(vectors.transaction_ids, dataset.transaction_ids)
    return np.asarray(vectors.values[places], dtype=np.float32)
