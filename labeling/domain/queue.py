"""Which task comes next: queues by rule, lanes with declared shares, a stored rank."""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256


class Lane(StrEnum):
    """What a task is served for. Due soon is the part of the value lane whose time runs short."""

    DUE_SOON = "due_soon"
    VALUE = "value"
    AUDIT = "audit"
    SECOND = "second"
    ESCALATED = "escalated"


# Audit and second together stay at a fifth of the served tasks: checking must not starve working.
LANE_SHARES: Mapping[Lane, float] = {
    Lane.DUE_SOON: 0.45,
    Lane.VALUE: 0.35,
    Lane.AUDIT: 0.12,
    Lane.SECOND: 0.08,
}
DUE_SOON = timedelta(minutes=30)
MINUTES_FIRST_ITEM = 3.0
MINUTES_FURTHER_ITEM = 0.5


@dataclass(frozen=True, slots=True)
class Payment:
    """What queue rules look at."""

    amount: Decimal
    channel: str | None = None
    country: str | None = None
    billing_country: str | None = None


@dataclass(frozen=True, slots=True)
class QueueRule:
    """A queue takes what fits all of its conditions; without conditions it takes everything."""

    queue_id: int
    min_amount: Decimal | None = None
    channels: frozenset[str] = field(default_factory=frozenset)
    countries: frozenset[str] = field(default_factory=frozenset)
    cross_border: bool = False

    def fits(self, payment: Payment) -> bool:
        """Whether this queue takes the payment."""
        crosses = payment.billing_country is not None and payment.country not in (
            None,
            payment.billing_country,
        )
        return (
            (self.min_amount is None or payment.amount >= self.min_amount)
            and (not self.channels or payment.channel in self.channels)
            and (not self.countries or payment.country in self.countries)
            and (crosses or not self.cross_border)
        )


@dataclass(frozen=True, slots=True)
class ReviewCosts:
    """What each way of dealing with one payment is expected to cost, in reporting currency."""

    of_approving: float
    of_blocking: float
    of_review: float


def fitting_queue(payment: Payment, rules: Sequence[QueueRule]) -> int:
    """The id of the first queue that takes the payment; the last one takes what nobody wants."""
    return next((rule for rule in rules if rule.fits(payment)), rules[-1]).queue_id


def expected_minutes(items: int) -> float:
    """Minutes a person needs for a case: the first payment is read, the others are compared."""
    return MINUTES_FIRST_ITEM + MINUTES_FURTHER_ITEM * max(items - 1, 0)


def value_of_review(costs: ReviewCosts) -> float:
    """What a look saves against the better of approving and blocking unseen; may be negative."""
    return min(costs.of_approving, costs.of_blocking) - costs.of_review


def rank(items: Iterable[ReviewCosts]) -> float:
    """Value of review per minute of one case, in reporting currency; higher is served earlier."""
    values = [value_of_review(costs) for costs in items]
    return sum(values) / expected_minutes(len(values))


def draw(secret: bytes, *parts: str) -> float:
    """A number in [0, 1) that the same secret and parts always give again."""
    digest = hmac.digest(secret, "\x1f".join(parts).encode(), sha256)
    return int.from_bytes(digest[:8]) / 2**64


def serving_order(drawn: float, shares: Mapping[Lane, float] = LANE_SHARES) -> tuple[Lane, ...]:
    """The lane that `drawn` in [0, 1) falls on, then the others for when that one is empty."""
    reached = 0.0
    for lane, share in shares.items():
        reached += share / sum(shares.values())
        if drawn < reached:
            return (lane, *(other for other in shares if other is not lane))
    return tuple(shares)


def is_due_soon(*, due_at: datetime | None, now: datetime) -> bool:
    """Whether the deadline is near enough to come before value."""
    return due_at is not None and due_at - now <= DUE_SOON
