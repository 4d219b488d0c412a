"""Is what we stored what the batch must have seen? Vectors recomputed as of their snapshot."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from scoring.domain.features import FeatureSet
from scoring.models import FeatureSetVersion
from scoring.selectors.feature_sets import feature_set_of
from scoring.services.features import recomputed_vectors, stored_vectors

# Stored and recomputed values come out of the same SQL; what is left is the last bit of a float.
RELATIVE_TOLERANCE = 1e-5
ABSOLUTE_TOLERANCE = 1e-8


@dataclass(frozen=True, slots=True)
class FeatureCheck:
    """How many vectors were recomputed, how many differ, and how many cannot be judged."""

    checked: int = 0
    skewed: int = 0
    unverifiable: int = 0

    def plus(self, other: "FeatureCheck") -> "FeatureCheck":
        """Return the sum of two checks."""
        return FeatureCheck(
            self.checked + other.checked,
            self.skewed + other.skewed,
            self.unverifiable + other.unverifiable,
        )


@dataclass(frozen=True, slots=True)
class _Sampled:
    """The vectors of one batch that are to be checked."""

    feature_set_id: int
    snapshot: str
    restored: bool
    transaction_ids: list[int]


def check_features(
    *, sample: int | None = None, progress: Callable[[int], object] | None = None
) -> FeatureCheck:
    """Recompute stored vectors as their batch saw them, the newest `sample` or all.

    A snapshot from before a logical restore names transaction ids of another server, and a vector
    with erased attributes lacks its inputs: both count as unverifiable, not as skew.
    """
    total = FeatureCheck()
    for batch in _sampled(sample):
        total = total.plus(_check(batch))
        if progress:
            progress(len(batch.transaction_ids))
    return total


def differing(stored: NDArray[Any], again: NDArray[Any]) -> NDArray[np.bool_]:
    """Return, value by value, whether the two differ by more than the tolerance."""
    equal: NDArray[np.bool_] = np.isclose(
        stored, again, rtol=RELATIVE_TOLERANCE, atol=ABSOLUTE_TOLERANCE, equal_nan=True
    )
    return ~equal


def _sampled(sample: int | None) -> list[_Sampled]:
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH chosen AS (SELECT v.transaction_id, v.feature_set_id, v.batch_id"
            " FROM scoring_featurevector v WHERE v.batch_id IS NOT NULL"
            " ORDER BY v.transaction_id DESC LIMIT %s)"
            " SELECT c.feature_set_id, b.snapshot::text,"
            " pg_snapshot_xmax(b.snapshot) > pg_snapshot_xmax(pg_current_snapshot()),"
            " array_agg(c.transaction_id)"
            " FROM chosen c JOIN scoring_scoringbatch b ON b.id = c.batch_id"
            " GROUP BY b.id, c.feature_set_id ORDER BY b.id",
            [sample],
        )
        return [_Sampled(*row) for row in cursor.fetchall()]


def _check(batch: _Sampled) -> FeatureCheck:
    ids = batch.transaction_ids
    if batch.restored:
        return FeatureCheck(unverifiable=len(ids))
    version = FeatureSetVersion.objects.get(pk=batch.feature_set_id)
    feature_set = feature_set_of(version)
    stored = stored_vectors(ids, version).values
    again = recomputed_vectors(ids, feature_set, batch.snapshot).values
    differs = differing(stored, again)
    erased = _lost_attributes(feature_set, stored, again)
    skewed = differs.any(axis=1) & ~erased
    unverifiable = int((differs.any(axis=1) & erased).sum())
    return FeatureCheck(len(ids) - unverifiable, int(skewed.sum()), unverifiable)


def _lost_attributes(
    feature_set: FeatureSet, stored: NDArray[Any], again: NDArray[Any]
) -> NDArray[Any]:
    """Whether the only difference of a row, (n,), is that attributes are gone: NaN by now."""
    of_attribute = np.array([bool(f.attribute or f.attributes) for f in feature_set.features])
    explained = ~differing(stored, again) | (of_attribute & np.isnan(again))
    rows: NDArray[Any] = np.all(explained, axis=1)
    return rows
