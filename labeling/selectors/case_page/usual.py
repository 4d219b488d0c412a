"""A payment against what is normal for its customer or card, from the payments of 30 days."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils import timezone

from scoring.domain import wording
from scoring.models import Transaction

# Fewer payments do not say what is usual.
ENOUGH = 8


@dataclass(frozen=True, slots=True)
class Usual:
    """A value of this payment against the 5th to 95th percentile of the others, and in words."""

    name: str
    value: float
    low: float
    middle: float
    high: float
    bottom: float
    top: float
    words: str


def usual_of(
    payment: Transaction, payments: Sequence[Transaction], *, of: str
) -> tuple[Usual, ...]:
    """Amount, hour and number a day against the earlier ones; empty where those are too few.

    `of` is whose normal it is: "customer" or "card".
    """
    others = [row for row in payments if row.occurred_at < payment.occurred_at]
    if len(others) < ENOUGH:
        return ()
    return (_amount(payment, others, of), _at_hour(payment, others), _per_day(payment, others))


def _amount(payment: Transaction, others: Sequence[Transaction], of: str) -> Usual:
    amounts = [float(row.base_amount) for row in others]
    value, mean = float(payment.base_amount), float(np.mean(amounts))
    ratio = value / mean if mean else 0.0
    digits = 0 if ratio >= 10 else 1 if ratio >= 0.1 else 2
    words = f"{wording.number(ratio, digits)} × this {of}’s 30-day mean"
    return _against("Amount", value, amounts, (0.0, max(value, *amounts)), words)


def _at_hour(payment: Transaction, others: Sequence[Transaction]) -> Usual:
    hours = [_hour(row) for row in others]
    low, high = (float(q) for q in np.percentile(hours, [5, 95]))
    words = f"{_clock(_hour(payment))}; usually {_clock(low)} to {_clock(high)}"
    return _against("Hour", _hour(payment), hours, (0.0, 24.0), words)


def _per_day(payment: Transaction, others: Sequence[Transaction]) -> Usual:
    """How many that day up to this payment, against the days with payments before it."""
    days: Mapping[object, int] = Counter(
        timezone.localtime(row.occurred_at).date() for row in others
    )
    day = timezone.localtime(payment.occurred_at).date()
    today = days.get(day, 0) + 1
    counts = [float(count) for other, count in days.items() if other != day] or [1.0]
    usually = round(float(np.percentile(counts, 95)))
    words = f"{wording.count(today)} that day; usually {'' if usually < 2 else 'up to '}{usually}"
    return _against("Per day", float(today), counts, (0.0, max(*counts, today, 1.0)), words)


def _hour(payment: Transaction) -> float:
    local = timezone.localtime(payment.occurred_at)
    return local.hour + local.minute / 60


def _clock(hour: float) -> str:
    minutes = round(hour * 60) % (24 * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _against(
    name: str,
    value: float,
    others: Sequence[float],
    scale: tuple[float, float],
    words: str,
) -> Usual:
    low, middle, high = (float(q) for q in np.percentile(others, [5, 50, 95]))
    return Usual(name, value, low, middle, high, *scale, words)
