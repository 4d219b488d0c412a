"""Feature vectors of a window, drawn by lot where there are many."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from monitoring.domain.drift.matching import Times
from scoring.models import FeatureSetVersion
from scoring.services.features import stored_vectors

MOST_VECTORS = 20_000
# What a model was trained on, imported history included.
OCCURRED = """
    SELECT t.id, t.occurred_at FROM scoring_transaction t
    WHERE t.occurred_at >= %(start)s AND t.occurred_at < %(end)s"""
# What it decided.
DECIDED = """
    SELECT t.id, t.occurred_at
    FROM scoring_decision d JOIN scoring_transaction t ON t.id = d.transaction_id
    WHERE d.decided_at >= %(start)s AND d.decided_at < %(end)s"""
# The draw hangs on the payment: two reports differ by their payments, not by their luck.
DRAWN = """
WITH payments AS MATERIALIZED ({payments})
SELECT id, extract(epoch FROM occurred_at)::bigint FROM payments
WHERE (hashint8(id)::bigint + 2147483648) * (SELECT count(*) FROM payments)
    < %(most)s * 4294967296
ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class TimedVectors:
    """Feature vectors (n, k) with the moments of their payments (n,)."""

    occurred_at: Times
    values: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.values)


def occurred_vectors(
    feature_set: FeatureSetVersion, *, start: datetime, end: datetime, most: int = MOST_VECTORS
) -> TimedVectors:
    """Stored vectors of payments that happened in [start, end), about `most` of them at most."""
    return _vectors(OCCURRED, feature_set, {"start": start, "end": end, "most": most})


def decided_vectors(
    feature_set: FeatureSetVersion, *, start: datetime, end: datetime, most: int = MOST_VECTORS
) -> TimedVectors:
    """Stored vectors of payments decided in [start, end), about `most` of them at most."""
    return _vectors(DECIDED, feature_set, {"start": start, "end": end, "most": most})


def _vectors(
    payments: str, feature_set: FeatureSetVersion, parameters: Mapping[str, datetime | int]
) -> TimedVectors:
    with connection.cursor() as cursor:
        cursor.execute(DRAWN.format(payments=payments), parameters)
        drawn = np.array(cursor.fetchall(), dtype=np.int64).reshape(-1, 2)
    stored = stored_vectors(drawn[:, 0].tolist(), feature_set)
    places = np.searchsorted(drawn[:, 0], stored.transaction_ids)
    return TimedVectors(drawn[places, 1].astype("datetime64[s]"), stored.values)
