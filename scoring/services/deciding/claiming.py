"""Taking places from the scoring queue, so that no transaction is decided twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from scoring.services.prepared import fetch_prepared


@dataclass(frozen=True, slots=True)
class Subject:
    """What deciding needs of a transaction beside its vector."""

    transaction_id: int
    external_id: str
    base_amount: Decimal
    respond_by: datetime | None


# By physical place: a join would be planned for the few rows that the queue had when it was last
# counted, and read all of it for every batch.
_CLAIM = """
WITH claimed AS (
    DELETE FROM scoring_queuedtransaction WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM scoring_queuedtransaction
        WHERE {condition} FOR UPDATE SKIP LOCKED))
    RETURNING transaction_id
)
SELECT t.id, t.external_id, t.base_amount, t.respond_by
FROM claimed JOIN scoring_transaction t ON t.id = claimed.transaction_id
ORDER BY t.id
"""
CLAIM = _CLAIM.format(
    condition="transaction_id > %(after)s AND (retry_at IS NULL OR retry_at <= %(now)s)"
    " ORDER BY transaction_id LIMIT %(limit)s"
)
CLAIM_THESE = _CLAIM.format(
    condition="transaction_id = ANY(%(ids)s::bigint[]) ORDER BY transaction_id"
)


def claim_pending(*, limit: int, now: datetime, after: int = 0) -> list[Subject]:
    """Take up to `limit` places of transactions `after` an id, the oldest first.

    They come back when the database transaction rolls back.
    """
    return _claimed(CLAIM, {"now": now, "limit": limit, "after": after})


def claim_these(transaction_ids: Sequence[int]) -> list[Subject]:
    """Take the places of these transactions that nobody else holds right now."""
    return _claimed(CLAIM_THESE, {"ids": list(transaction_ids)}) if transaction_ids else []


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


def _claimed(statement: str, parameters: dict[str, Any]) -> list[Subject]:
    return [Subject(*row) for row in fetch_prepared(statement, parameters)]
