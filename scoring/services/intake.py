"""Transactions in: each is stored once, whatever is sent twice, and waits for its decision."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson
from django.conf import settings
from django.db import connection, transaction

from scoring.domain import keys
from scoring.domain.errors import InvalidRecord
from scoring.domain.intake import TransactionRecord, validate
from scoring.models import Transaction
from scoring.selectors.exchange_rates import converted, rates_at
from scoring.selectors.secrets import data_key
from scoring.services.wakeup import ring

# Beyond this the column that holds amounts in the reporting currency is full.
LARGEST_BASE_AMOUNT = Decimal(10) ** 14


@dataclass(frozen=True, slots=True)
class ItemError:
    """Why one of several items was not taken; `index` is its place in what was sent."""

    index: int
    external_id: str | None
    code: str
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What became of the items: new ones, ones known already, refused ones.

    `transaction_ids` has the row of each accepted or known item by its external id.
    """

    accepted: int
    duplicates: int
    errors: tuple[ItemError, ...]
    transaction_ids: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Stored:
    """The row of an external id and the content it was first sent with."""

    id: int
    content_hash: bytes
    added: bool


Numbered = tuple[int, TransactionRecord]


def read_transaction(item: Any, *, now: datetime) -> TransactionRecord:
    """Return what was sent in normal form. Raises InvalidRecord with all that is wrong."""
    return validate(item, now=now, secret=data_key())


def accept_items(items: Sequence[Any], *, now: datetime, enqueue: bool = True) -> Acceptance:
    """Store the valid ones among `items` and tell what is wrong with the others."""
    records: list[Numbered] = []
    errors: list[ItemError] = []
    for index, item in enumerate(items):
        try:
            records.append((index, read_transaction(item, now=now)))
        except InvalidRecord as invalid:
            errors.extend(_told(index, item, invalid))
    return _accept(records, errors, now=now, enqueue=enqueue, wake=enqueue)


def accept_transactions(
    records: Iterable[TransactionRecord],
    *,
    now: datetime,
    enqueue: bool = True,
    wake: bool = True,
) -> Acceptance:
    """Store records that are new, in one statement, each with a place in the scoring queue.

    Without such a place they are history, and nothing will decide them. The same external id
    with the same content is a duplicate; with other content, an error with code conflict.
    Workers are woken after the commit, unless the caller decides itself.
    """
    return _accept(list(enumerate(records)), [], now=now, enqueue=enqueue, wake=wake)


def _accept(
    records: list[Numbered], errors: list[ItemError], *, now: datetime, enqueue: bool, wake: bool
) -> Acceptance:
    firsts = {record.external_id: record for _, record in reversed(records)}
    rows = _rows(firsts.values(), now)
    with transaction.atomic():
        stored = _insert(rows, now=now, enqueue=enqueue)
        stored |= _known(rows.keys() - stored.keys())
        if wake and any(row.added for row in stored.values()):
            transaction.on_commit(ring)
    refused = [error for number in records for error in _refusals(*number, stored)]
    accepted = sum(row.added for row in stored.values())
    return Acceptance(
        accepted=accepted,
        duplicates=len(records) - len(refused) - accepted,
        errors=tuple(sorted([*errors, *refused], key=lambda error: error.index)),
        transaction_ids={external_id: row.id for external_id, row in stored.items()},
    )


def _refusals(
    index: int, record: TransactionRecord, stored: Mapping[str, _Stored]
) -> Iterable[ItemError]:
    known = stored.get(record.external_id)
    if known is None:
        message = f"There is no exchange rate for this amount in {record.currency}."
        yield ItemError(index, record.external_id, "no_exchange_rate", "currency", message)
    elif known.content_hash != record.content_hash:
        message = "This external_id was used before, with other content."
        yield ItemError(index, record.external_id, "conflict", "external_id", message)


def _rows(records: Iterable[TransactionRecord], now: datetime) -> dict[str, dict[str, Any]]:
    """Return what is stored of each record, by external id; without those that have no rate."""
    rates = _Rates(now)
    rows = {}
    for record in records:
        base_amount = rates.base_amount(record)
        if base_amount is not None:
            rows[record.external_id] = _row(record, base_amount)
    return rows


class _Rates:
    """The rates of this moment, read only where a foreign currency asks for them."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.known = {settings.FRAUDREVIEW_BASE_CURRENCY: Decimal(1)}
        self.complete = False

    def base_amount(self, record: TransactionRecord) -> Decimal | None:
        if record.currency not in self.known and not self.complete:
            self.known = rates_at(self.now)
            self.complete = True
        rate = self.known.get(record.currency)
        if rate is None or abs(record.amount * rate) >= LARGEST_BASE_AMOUNT:
            return None
        return converted(record.amount, rate)


def _row(record: TransactionRecord, base_amount: Decimal) -> dict[str, Any]:
    row = record.content()
    row["content_hash"] = record.content_hash.hex()
    row["base_amount"] = base_amount
    secret = data_key()
    if record.ip_address:
        row["ip_key"] = keys.token(record.ip_address, secret=secret, purpose="ip")
    if record.email:
        row["email_key"] = keys.token(record.email, secret=secret, purpose="email")
    return row


# JSON travels as one parameter and is taken apart by PostgreSQL: three times as fast as arrays.
_INSERT = """
WITH incoming AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(rows)s::json) AS incoming (
        external_id text, content_hash text, occurred_at timestamptz, amount numeric,
        currency text, base_amount numeric, customer_id text, card_id text, merchant_id text,
        device_id text, ip_key text, email_key text, payment_method text, channel text,
        country text, billing_country text, shipping_country text, customer_since timestamptz,
        payment_stage text, respond_by timestamptz, email text, ip_address inet,
        attributes jsonb)
), added AS (
    INSERT INTO scoring_transaction (
        external_id, content_hash, occurred_at, received_at, amount, currency, base_amount,
        customer_id, card_id, merchant_id, device_id, ip_key, email_key, payment_method,
        channel, country, billing_country, shipping_country, customer_since, payment_stage,
        respond_by, imported)
    SELECT external_id, decode(content_hash, 'hex'), occurred_at, %(now)s, amount, currency,
        base_amount, customer_id, card_id, merchant_id, device_id, ip_key, email_key,
        payment_method, channel, country, billing_country, shipping_country, customer_since,
        payment_stage, respond_by, NOT %(enqueue)s
    FROM incoming
    -- Two senders of the same ids must take them in the same order, or they deadlock.
    ORDER BY external_id
    ON CONFLICT (external_id) DO NOTHING
    RETURNING id, external_id, content_hash
), details AS (
    INSERT INTO scoring_transactiondetails (transaction_id, email, ip_address, attributes)
    SELECT added.id, email, ip_address, attributes FROM added JOIN incoming USING (external_id)
    WHERE email IS NOT NULL OR ip_address IS NOT NULL OR attributes <> '{}'
), queued AS (
    INSERT INTO scoring_queuedtransaction (transaction_id, enqueued_at, attempts)
    SELECT id, %(now)s, 0 FROM added WHERE %(enqueue)s
)
SELECT external_id, id, content_hash FROM added
"""


def _insert(
    rows: Mapping[str, Mapping[str, Any]], *, now: datetime, enqueue: bool
) -> dict[str, _Stored]:
    """Add the rows that are new, with details and queue places; return those."""
    if not rows:
        return {}
    body = orjson.dumps(list(rows.values()), default=str).decode()
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, {"rows": body, "now": now, "enqueue": enqueue})
        return {
            external_id: _Stored(id_, bytes(content_hash), added=True)
            for external_id, id_, content_hash in cursor.fetchall()
        }


def _known(external_ids: Iterable[str]) -> dict[str, _Stored]:
    """Return what was stored before under these ids."""
    wanted = list(external_ids)
    if not wanted:
        return {}
    rows = Transaction.objects.filter(external_id__in=wanted)
    return {
        external_id: _Stored(id_, bytes(content_hash), added=False)
        for external_id, id_, content_hash in rows.values_list("external_id", "id", "content_hash")
    }


def _told(index: int, item: Any, invalid: InvalidRecord) -> Iterable[ItemError]:
    external_id = item.get("external_id") if isinstance(item, Mapping) else None
    shown = external_id[: keys.MAX_LENGTH] if isinstance(external_id, str) else None
    for error in invalid.errors:
        yield ItemError(index, shown, error.code, error.field, error.message)
