"""The last 30 days of the customer (or card), as a picture, a table and a measure of normal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection

from labeling.domain.timeline import Known, Past, Timeline, timeline
from labeling.selectors.case_page.became import NOTHING_KNOWN, Became
from labeling.selectors.case_page.usual import Usual, usual_of
from scoring.models import Transaction

DAYS = timedelta(days=30)
LIMIT = 300
VALUES = ("merchant_id", "device_id", "country")
KNOWN_BEFORE = """
SELECT {columns} FROM (
  SELECT merchant_id, device_id, country FROM scoring_transaction
  WHERE {entity} = %(key)s AND occurred_at < %(since)s
  ORDER BY occurred_at DESC LIMIT 2000) earlier
"""


@dataclass(frozen=True, slots=True)
class PastPayment:
    """One earlier (or this) payment and what became of it."""

    payment: Transaction
    became: Became


@dataclass(frozen=True, slots=True)
class History:
    """30 days up to the newest payment of the case."""

    current_id: int
    entity_word: str
    entity_key: str
    rows: tuple[PastPayment, ...]
    picture: Timeline
    total: Decimal
    usual: tuple[Usual, ...]
    cut: bool

    @property
    def others(self) -> int:
        """Payments beside this one."""
        return len(self.rows) - 1

    @property
    def frauds(self) -> int:
        """How many of the other payments are known as fraud, as far as the reader may know."""
        return self._labelled("fraud")

    @property
    def cleared(self) -> int:
        """How many of the other payments are known as legitimate."""
        return self._labelled("legitimate")

    def _labelled(self, label: str) -> int:
        others = (row for row in self.rows if row.payment.pk != self.current_id)
        return sum(row.became.judged == label for row in others)


def past_payments(payment: Transaction, *, until: datetime) -> list[Transaction]:
    """The payments of 30 days up to `until`, newest first, this one always among them."""
    entity = _entity(payment)
    if not entity:
        return [payment]
    others = Transaction.objects.filter(
        **{entity: getattr(payment, entity)},
        occurred_at__gt=until - DAYS,
        occurred_at__lte=until,
    ).exclude(pk=payment.pk)
    newest = list(others.order_by("-occurred_at", "-pk")[:LIMIT])
    return sorted([*newest, payment], key=lambda row: (row.occurred_at, row.pk), reverse=True)


def history_of(
    payment: Transaction,
    payments: Sequence[Transaction],
    *,
    until: datetime,
    became: Mapping[int, Became],
) -> History:
    """What the customer (or the card) paid in 30 days; without either the payment stands alone.

    `payments` are those of `past_payments`, `became` what the reader may know of them.
    """
    entity = _entity(payment)
    since = until - DAYS
    rows = [PastPayment(row, became.get(row.pk, NOTHING_KNOWN)) for row in payments]
    key = getattr(payment, entity) if entity else payment.external_id
    word = {"customer_id": "customer", "card_id": "card"}.get(entity, "payment")
    return History(
        current_id=payment.pk,
        entity_word=word,
        entity_key=key,
        rows=tuple(rows),
        picture=timeline(
            [_past(row) for row in rows],
            current_id=payment.pk,
            since=since,
            until=until,
            known=_known_before(entity, key, since),
        ),
        total=sum((row.base_amount for row in payments if row.pk != payment.pk), Decimal(0)),
        usual=usual_of(payment, payments, of=word),
        cut=len(payments) > LIMIT,
    )


def _entity(payment: Transaction) -> str:
    if payment.customer_id:
        return "customer_id"
    return "card_id" if payment.card_id else ""


def _past(row: PastPayment) -> Past:
    return Past(
        id=row.payment.pk,
        at=row.payment.occurred_at,
        amount=float(row.payment.base_amount),
        merchant=row.payment.merchant_id,
        device=row.payment.device_id,
        place=row.payment.country,
        mark=row.became.judged if row.became.judged in ("fraud", "legitimate") else "",
    )


def _known_before(entity: str, key: str, since: datetime) -> Known:
    if not entity:
        return Known(frozenset(), frozenset(), frozenset())
    columns = ", ".join(f"array_agg(DISTINCT {value})" for value in VALUES)
    with connection.cursor() as cursor:
        cursor.execute(
            KNOWN_BEFORE.format(columns=columns, entity=entity), {"key": key, "since": since}
        )
        merchants, devices, places = (frozenset(values or ()) for values in cursor.fetchone())
    return Known(merchants, devices, places)
