"""Deciding one batch inside one database transaction: all of it or nothing."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from scoring.selectors.policies import active_policy
from scoring.services.deciding.judging import Subject, judge
from scoring.services.deciding.writing import next_batch_id, write_batch
from scoring.services.wakeup import ring


def decide(*, transaction_ids: Sequence[int], now: datetime, fallback_reason: str = "") -> int:
    """Decide these transactions, whose queue places the caller has claimed.

    Must run inside the database transaction of the claim. Returns how many were decided. With a
    `fallback_reason` (of `Decision.Reason`) the policy's fallback decides.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("decide() belongs inside the database transaction of its claim.")
    subjects = _subjects(transaction_ids)
    if not subjects:
        return 0
    batch_id = next_batch_id()
    judged = judge(
        subjects,
        policy=active_policy(),
        batch_id=batch_id,
        now=now,
        fallback_reason=fallback_reason,
    )
    if write_batch(batch_id=batch_id, judged=judged, now=now):
        transaction.on_commit(lambda: ring("labeling.open_cases"))
    return len(subjects)


def _subjects(transaction_ids: Sequence[int]) -> list[Subject]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, external_id, base_amount, respond_by FROM scoring_transaction"
            " WHERE id = ANY(%s) ORDER BY id",
            [list(transaction_ids)],
        )
        return [Subject(*row) for row in cursor.fetchall()]
