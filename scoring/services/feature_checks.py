"""Is what we stored what the batch must have seen? Vectors recomputed as of their snapshot."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from scoring.domain.features import FeatureSet
from scoring.models import FeatureCheckRun, FeatureSetVersion
from scoring.selectors.feature_sets import feature_set_of
from scoring.services.features import recomputed_vectors, stored_vectors

# Stored and recomputed values come out of the same SQL; what is left is the last bit of a float.
RELATIVE_TOLERANCE = 1e-5
ABSOLUTE_TOLERANCE = 1e-8
# Recomputing reads every row of a window, never a tile: a few payments of a hot entity take
# seconds, so a check may have to end in the middle of a batch.
SLICE = 20


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
    """Vectors of one batch that are to be checked."""

    feature_set_id: int
    snapshot: str
    own: str
    restored: bool
    transaction_ids: list[int]


def check_features(
    *,
    sample: int | None = None,
    budget: timedelta | None = None,
    progress: Callable[[int], object] | None = None,
) -> FeatureCheck:
    """Recompute stored vectors as their batch saw them, the newest `sample` or all.

    The check ends early, with what it has, when the time of `budget` is over. A snapshot from
    before a logical restore names transaction ids of another server, and a vector with erased
    attributes lacks its inputs: both count as unverifiable, not as skew.
    """
    total = FeatureCheck()
    ending = time.monotonic() + budget.total_seconds() if budget else None
    for part in _sampled(sample):
        total = total.plus(_check(part))
        if progress:
            progress(len(part.transaction_ids))
        if ending and time.monotonic() >= ending:
            break
    return total


def run_feature_check(*, sample: int, budget: timedelta, now: datetime) -> FeatureCheckRun:
    """Check the newest `sample` vectors within the budget, and return the stored result."""
    check = check_features(sample=sample, budget=budget)
    return FeatureCheckRun.objects.create(
        checked_at=now,
        checked=check.checked,
        skewed=check.skewed,
        unverifiable=check.unverifiable,
    )


def differing(stored: NDArray[Any], again: NDArray[Any]) -> NDArray[np.bool_]:
    """Return, value by value, whether the two differ by more than the tolerance."""
    equal: NDArray[np.bool_] = np.isclose(
        stored, again, rtol=RELATIVE_TOLERANCE, atol=ABSOLUTE_TOLERANCE, equal_nan=True
    )
    return ~equal


def _sampled(sample: int | None) -> Iterator[_Sampled]:
    """Yield what is to be checked in small parts of one batch each, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH chosen AS (SELECT v.transaction_id, v.feature_set_id, v.batch_id"
            " FROM scoring_featurevector v WHERE v.batch_id IS NOT NULL"
            " ORDER BY v.transaction_id DESC LIMIT %s)"
            " SELECT c.feature_set_id, b.snapshot::text, b.xid::text,"
            " pg_snapshot_xmax(b.snapshot) > pg_snapshot_xmax(pg_current_snapshot()),"
            " array_agg(c.transaction_id)"
            " FROM chosen c JOIN scoring_scoringbatch b ON b.id = c.batch_id"
            " GROUP BY b.id, c.feature_set_id ORDER BY b.id DESC",
            [sample],
        )
        rows = cursor.fetchall()
    for feature_set_id, snapshot, own, restored, ids in rows:
        for start in range(0, len(ids), SLICE):
            part = ids[start : start + SLICE]
            yield _Sampled(feature_set_id, snapshot, own, restored, part)


def _check(batch: _Sampled) -> FeatureCheck:
    ids = batch.transaction_ids
    if batch.restored:
        return FeatureCheck(unverifiable=len(ids))
    version = FeatureSetVersion.objects.get(pk=batch.feature_set_id)
    feature_set = feature_set_of(version)
    stored = stored_vectors(ids, version).values
    again = recomputed_vectors(ids, feature_set, batch.snapshot, own=batch.own).values
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
