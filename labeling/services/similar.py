"""Finding the past payments that an open one resembles by the explanation of its score."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db import connection, transaction

from labeling.domain.similarity import Floats, nearest, summed
from labeling.models import SimilarCases
from labeling.selectors.labels import resolved_labels
from scoring.domain.explanation.families import families
from scoring.models import ModelVersion
from scoring.selectors.feature_references import feature_reference
from scoring.selectors.feature_sets import feature_set_of

BATCH = 200
POOL = 5000
# More than are shown: a payment that is being judged blind again is passed over.
KEPT = 8
# A verdict of today may belong to the same attack, and nothing has spoken against it yet.
SETTLED = timedelta(days=1)

# The newest cases first, in the order of the index on open items.
WAITING = """
SELECT open.transaction_id, e.model_version_id, e.contributions,
       coalesce(t.customer_id, t.card_id, '')
FROM (SELECT i.transaction_id, i.case_id FROM labeling_reviewitem i
      WHERE i.resolution = '' AND NOT EXISTS (
        SELECT FROM labeling_similarcases s WHERE s.transaction_id = i.transaction_id)
      ORDER BY i.case_id DESC LIMIT %(limit)s) open
JOIN scoring_transaction t ON t.id = open.transaction_id
LEFT JOIN scoring_explanation e ON e.transaction_id = open.transaction_id
"""
REVIEWED = """
SELECT r.transaction_id, e.contributions, coalesce(t.customer_id, t.card_id, '')
FROM (SELECT DISTINCT transaction_id FROM (
        SELECT transaction_id FROM labeling_reviewitem
        WHERE resolution = 'verdict' AND resolved_at <= %(until)s
        ORDER BY resolved_at DESC LIMIT %(pool)s) newest) r
JOIN scoring_explanation e ON e.transaction_id = r.transaction_id
JOIN scoring_transaction t ON t.id = r.transaction_id
WHERE e.model_version_id = %(version)s
ORDER BY r.transaction_id DESC
"""

Waiting = tuple[int, int | None, list[float] | None, str]


@dataclass(frozen=True, slots=True)
class _Pool:
    """Past payments of one model version: ids, owners, contributions summed by group."""

    ids: Sequence[int]
    owners: Sequence[str]
    sums: Floats
    groups: Sequence[Sequence[int]]


@transaction.atomic
def find_similar_cases(*, now: datetime, limit: int = BATCH) -> int:
    """Find similar past payments for open ones that have none yet; return for how many.

    Only reviewed payments of the same model version whose truth has settled count.
    """
    waiting = _waiting(limit)
    versions = {row[1] for row in waiting if row[1] is not None}
    pools = {version: _pool(version, now) for version in versions}
    SimilarCases.objects.bulk_create(
        [_found(row, pools.get(row[1] or 0), now) for row in waiting], ignore_conflicts=True
    )
    return len(waiting)


def _waiting(limit: int) -> list[Waiting]:
    with connection.cursor() as cursor:
        cursor.execute(WAITING, {"limit": limit})
        rows: dict[int, Waiting] = {row[0]: row for row in cursor.fetchall()}
    return list(rows.values())


def _found(row: Waiting, pool: _Pool | None, now: datetime) -> SimilarCases:
    transaction_id, _, contributions, owner = row
    places: list[int] = []
    if pool is not None and contributions and pool.ids:
        target = summed(np.array([contributions]), pool.groups)[0]
        places = nearest(target, pool.sums, pool.owners, owner=owner, count=KEPT)
    return SimilarCases(
        transaction_id=transaction_id,
        payments=[pool.ids[place] for place in places] if pool else [],
        compared=len(pool.ids) if pool else 0,
        found_at=now,
    )


def _pool(version_id: int, now: datetime) -> _Pool:
    version = ModelVersion.objects.select_related("feature_set").get(pk=version_id)
    with connection.cursor() as cursor:
        cursor.execute(REVIEWED, {"version": version.pk, "until": now - SETTLED, "pool": POOL})
        rows = cursor.fetchall()
    known = _known_truth([row[0] for row in rows], now)
    groups = _groups(version)
    width = sum(len(group) for group in groups)
    kept = [row for row in rows if row[0] in known and len(row[1]) == width]
    contributions = np.array([row[1] for row in kept], dtype=np.float64).reshape(-1, width)
    return _Pool(
        ids=[row[0] for row in kept],
        owners=[row[2] for row in kept],
        sums=summed(contributions, groups),
        groups=groups,
    )


def _groups(version: ModelVersion) -> Sequence[Sequence[int]]:
    reference = feature_reference(version)
    if reference is not None:
        return reference.groups
    return tuple(families(feature_set_of(version.feature_set)).values())


def _known_truth(transaction_ids: Sequence[int], now: datetime) -> set[int]:
    if not transaction_ids:
        return set()
    labels = resolved_labels(as_of=now, transaction_ids=transaction_ids)
    return set(labels.transaction_ids[labels.is_fraud >= 0].tolist())
