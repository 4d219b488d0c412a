"""The last 30 days of the customer (or card), as a picture, a table and a measure of normal."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
from django.db import connection
from django.utils import timezone

from labeling.domain.timeline import Known, Past, Timeline, timeline
from labeling.selectors.case_page.became import NOTHING_KNOWN, Became
from scoring.models import Transaction

DAYS = timedelta(days=30)
LIMIT = 300
# Fewer payments do not say what is usual.
ENOUGH = 8
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
class Usual:
    """A value of this payment against the 5th to 95th percentile of the others."""

    name: str
    value: float
    low: float
    middle: float
    high: float
    bottom: float
    top: float
    words: str


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
        return sum(row.became.label == label for row in others)


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
    return History(
        current_id=payment.pk,
        entity_word={"customer_id": "customer", "card_id": "card"}.get(entity, "payment"),
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
        usual=_usual(payment, payments),
        cut=len(payments) > LIMIT,
    )


def _entity(payment: Transaction) -> str:
    if payment.customer_id:
        return "customer_id"
    return "card_id" if payment.card_id else ""


def _past(row: PastPayment) -> Past:
    label = row.became.label
    return Past(
        id=row.payment.pk,
        at=row.payment.occurred_at,
        amount=float(row.payment.base_amount),
        merchant=row.payment.merchant_id,
        device=row.payment.device_id,
        place=row.payment.country,
        mark=label if label in ("fraud", "legitimate") else "",
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


def _usual(payment: Transaction, payments: Sequence[Transaction]) -> tuple[Usual, ...]:
    others = [row for row in payments if row.occurred_at < payment.occurred_at]
    if len(others) < ENOUGH:
        return ()
    return (
        _amount(payment, others),
        _against("Hour", _hour(payment), [_hour(row) for row in others], (0.0, 24.0)),
        _per_day(payment, others),
    )


def _amount(payment: Transaction, others: Sequence[Transaction]) -> Usual:
    amounts = [float(row.base_amount) for row in others]
    value, mean = float(payment.base_amount), float(np.mean(amounts))
    top = max(value, *amounts)
    if mean and value / mean >= 2:
        ratio = value / mean
        words = f"{ratio:.0f} × mean" if ratio >= 10 else f"{ratio:.1f} × mean"
        return _against("Amount", value, amounts, (0.0, top), words)
    return _against("Amount", value, amounts, (0.0, top))


def _per_day(payment: Transaction, others: Sequence[Transaction]) -> Usual:
    days: Mapping[object, int] = Counter(
        timezone.localtime(row.occurred_at).date() for row in [*others, payment]
    )
    today = days[timezone.localtime(payment.occurred_at).date()]
    counts = [float(count) for count in days.values()]
    return _against("Per day", float(today), counts, (0.0, max(*counts, 1.0)))


def _hour(payment: Transaction) -> float:
    local = timezone.localtime(payment.occurred_at)
    return local.hour + local.minute / 60


def _against(
    name: str,
    value: float,
    others: Sequence[float],
    scale: tuple[float, float],
    words: str = "",
) -> Usual:
    low, middle, high = (float(q) for q in np.percentile(others, [5, 50, 95]))
    usual = "usual" if low <= value <= high else "unusual"
    return Usual(name, value, low, middle, high, *scale, words or usual)
