"""Taking places from the scoring queue, so that no transaction is decided twice."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

CLAIM = """
WITH claimed AS MATERIALIZED (
    SELECT transaction_id FROM scoring_queuedtransaction
    WHERE retry_at IS NULL OR retry_at <= %s
    ORDER BY transaction_id LIMIT %s FOR UPDATE SKIP LOCKED
)
DELETE FROM scoring_queuedtransaction q USING claimed
WHERE q.transaction_id = claimed.transaction_id
RETURNING q.transaction_id
"""
CLAIM_THESE = """
WITH claimed AS MATERIALIZED (
    SELECT transaction_id FROM scoring_queuedtransaction
    WHERE transaction_id = ANY(%s)
    ORDER BY transaction_id FOR UPDATE SKIP LOCKED
)
DELETE FROM scoring_queuedtransaction q USING claimed
WHERE q.transaction_id = claimed.transaction_id
RETURNING q.transaction_id
"""


def claim_pending(*, limit: int, now: datetime) -> list[int]:
    """Take up to `limit` places; they come back when the database transaction rolls back."""
    return _claimed(CLAIM, [now, limit])


def claim_these(transaction_ids: Sequence[int]) -> list[int]:
    """Take the places of these transactions that nobody else holds right now."""
    return _claimed(CLAIM_THESE, [list(transaction_ids)])


def note_failure(*, transaction_id: int, now: datetime) -> int:
    """Count a failed attempt, put the next one off, and return how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE scoring_queuedtransaction SET attempts = attempts + 1,"
            " retry_at = %s + make_interval(secs => power(2, attempts)::int)"
            " WHERE transaction_id = %s RETURNING attempts",
            [now, transaction_id],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _claimed(statement: str, parameters: Sequence[datetime | int | list[int]]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return sorted(row[0] for row in cursor.fetchall())
