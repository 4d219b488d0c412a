"""Which task comes next: queues by rule, lanes with declared shares, a stored rank."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from scoring.domain.policy import Costs


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
# The first payment of a case is read, the others are compared with it.
FURTHER_ITEM_SHARE = 0.15


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
class Exposure:
    """One open payment as the ranking sees it; no probability where no model scored it."""

    probability: float | None
    amount: Decimal


def fitting_queue(payment: Payment, rules: Sequence[QueueRule]) -> int:
    """The id of the first queue that takes the payment; the last one takes what nobody wants."""
    return next((rule for rule in rules if rule.fits(payment)), rules[-1]).queue_id


def expected_minutes(items: int, costs: Costs) -> float:
    """Minutes a person needs for a case of so many payments."""
    return float(costs.review_minutes) * (1 + FURTHER_ITEM_SHARE * max(items - 1, 0))


def cost_unseen(exposure: Exposure, costs: Costs) -> float:
    """What the better of approving and blocking is expected to cost when nobody looks.

    Without a probability the payment counts as most uncertain: as if both cost the same.
    """
    missed = float(costs.missed_fraud(exposure.amount))
    wrongful = float(costs.wrongful_decline(exposure.amount))
    probability = exposure.probability
    if probability is None:
        probability = wrongful / (missed + wrongful) if missed + wrongful else 0.0
    return min(probability * missed, (1 - probability) * wrongful)


def rank(exposures: Sequence[Exposure], costs: Costs) -> float:
    """Value of review per minute of one case, in reporting currency; higher is served earlier.

    Value of review = cost without a look − cost of the look; below zero a look costs more than it
    is expected to save.
    """
    minutes = expected_minutes(len(exposures), costs)
    saved = sum(cost_unseen(exposure, costs) for exposure in exposures)
    return saved / minutes - float(costs.review_cost_per_minute)


def serving_order(drawn: float, shares: Mapping[Lane, float] = LANE_SHARES) -> tuple[Lane, ...]:
    """The lane that `drawn` in [0, 1) falls on, then the others for when that one is empty."""
    reached = 0.0
    for lane, share in shares.items():
        reached += share / sum(shares.values())
        if drawn < reached:
            return (lane, *(other for other in shares if other is not lane))
    return tuple(shares)


def interleave(
    waiting: Mapping[Lane, int], offsets: Mapping[Lane, int], size: int
) -> tuple[Lane, ...]:
    """The lanes from which the next `size` rows of one list come, in expected serving order.

    Row k of a lane with share s is due after k / s claims. `waiting` says how many rows of each
    lane are at hand beyond its `offsets`.
    """
    due = [
        ((offsets.get(lane, 0) + k + 1) / LANE_SHARES.get(lane, 1.0), position, lane)
        for position, (lane, rows) in enumerate(waiting.items())
        for k in range(rows)
    ]
    return tuple(lane for _, _, lane in sorted(due)[:size])
