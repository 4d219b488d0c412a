"""A history of any length, made by the database itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

DAYS = 60
ROWS_PER_CUSTOMER = 20
ROWS_PER_MERCHANT = 100
# A merchant's number is M·u² for a uniform u: the first of M merchants gets 1/√M of all payments.
TAIL = 2
FRAUD_SHARE = 0.005


@dataclass(frozen=True, slots=True)
class World:
    """How many rows of history there are, and whose they are."""

    rows: int

    @property
    def customers(self) -> int:
        return max(1, self.rows // ROWS_PER_CUSTOMER)

    @property
    def merchants(self) -> int:
        return max(1, self.rows // ROWS_PER_MERCHANT)


# Imported history: transactions in the order of their time, over the sixty days before `until`.
_PAYMENTS = """
INSERT INTO scoring_transaction (
    external_id, content_hash, occurred_at, received_at, amount, currency, base_amount,
    customer_id, merchant_id, payment_method, channel, country, payment_stage, imported)
SELECT 'h-' || lpad(n::text, 9, '0'), sha256(n::text::bytea),
    at, at, amount, 'EUR', amount,
    'C' || lpad((random() * %(customers)s)::int::text, 7, '0'),
    'M' || lpad(floor(power(random(), %(tail)s) * %(merchants)s)::int::text, 6, '0'),
    'card', CASE WHEN random() < 0.2 THEN 'online' ELSE 'pos' END, 'DE', 'authorized', true
FROM (
    SELECT n, %(until)s::timestamptz - %(span)s::interval * (1 - n::float8 / %(rows)s) AS at,
        round(exp(3.3 + random_normal())::numeric, 2) + 0.01 AS amount
    FROM generate_series(1, %(rows)s) n
) drawn
"""
# Labels come a week after the payment.
_FRAUDS = """
INSERT INTO scoring_knownfraud (
    transaction_id, occurred_at, known_at, customer_id, merchant_id)
SELECT id, occurred_at, occurred_at + interval '7 days', customer_id, merchant_id
FROM scoring_transaction
WHERE imported AND random() < %(share)s AND occurred_at < %(until)s - interval '7 days'
ORDER BY id
"""


def add_history(world: World, *, seed: int, until: datetime) -> None:
    """Add payments and known frauds in one go; secondary indexes are built afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(%s)", [(seed % 1000) / 1000])
        indexes = _drop_indexes(cursor)
        values: dict[str, Any] = {
            "rows": world.rows,
            "customers": world.customers - 1,
            "merchants": world.merchants,
            "tail": TAIL,
            "until": until,
            "span": timedelta(days=DAYS),
            "share": FRAUD_SHARE,
        }
        # What is generated can be generated again: nobody waits for the disk here.
        cursor.execute("SET synchronous_commit TO off")
        cursor.execute(_PAYMENTS, values)
        for definition in indexes:
            cursor.execute(definition)
        cursor.execute(_FRAUDS, values)
        cursor.execute("RESET synchronous_commit")


def _drop_indexes(cursor: object) -> list[str]:
    """Drop the indexes that no constraint needs, and return their definitions."""
    cursor.execute(  # type: ignore[attr-defined]
        "SELECT indexname, indexdef FROM pg_indexes i WHERE tablename = 'scoring_transaction'"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)"
        " AND indexdef NOT LIKE 'CREATE UNIQUE%'"
    )
    found = cursor.fetchall()  # type: ignore[attr-defined]
    for name, _ in found:
        cursor.execute(f'DROP INDEX "{name}"')  # type: ignore[attr-defined]
    return [definition for _, definition in found]
