"""Which task comes next: queues by rule, lanes with declared shares, a stored rank."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from scoring.domain.policy import Costs


class Lane(StrEnum):
    """What a task is served for. Due soon is the part of value and learn whose time runs short."""

    DUE_SOON = "due_soon"
    VALUE = "value"
    AUDIT = "audit"
    SECOND = "second"
    LEARN = "learn"
    ESCALATED = "escalated"


# What admins have not changed. Checking stays below its limit, so that late audits have room.
LANE_SHARES: Mapping[Lane, float] = {
    Lane.DUE_SOON: 0.45,
    Lane.VALUE: 0.30,
    Lane.AUDIT: 0.12,
    Lane.SECOND: 0.06,
    Lane.LEARN: 0.07,
}
# In a surge everything that has a deadline counts as due soon, and checking waits.
SURGE_ORDER = (Lane.DUE_SOON, Lane.VALUE, Lane.LEARN, Lane.AUDIT, Lane.SECOND)
ANY_DEADLINE = timedelta(days=3650)
# Checking must not starve working.
CHECKING = frozenset({Lane.AUDIT, Lane.SECOND})
CHECKING_LIMIT = 0.20
# A share of a few minutes says nothing.
LEAST_MINUTES = 60.0
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
    payment_method: str | None = None
    customer_for: timedelta | None = None
    is_blocked_audit: bool = False


@dataclass(frozen=True, slots=True)
class QueueRule:
    """A queue takes what fits all of its conditions; without conditions it takes everything.

    The segment of a payment is how it was paid and how long its customer has been one. Nobody
    counts as a new customer whose beginning is unknown.
    """

    queue_id: int
    min_amount: Decimal | None = None
    channels: frozenset[str] = field(default_factory=frozenset)
    countries: frozenset[str] = field(default_factory=frozenset)
    cross_border: bool = False
    payment_methods: frozenset[str] = field(default_factory=frozenset)
    customers_newer_than: timedelta | None = None
    blocked_audits: bool = False

    def fits(self, payment: Payment) -> bool:
        """Whether this queue takes the payment."""
        return (
            (self.min_amount is None or payment.amount >= self.min_amount)
            and (not self.channels or payment.channel in self.channels)
            and (not self.countries or payment.country in self.countries)
            and (not self.cross_border or _crosses(payment))
            and (not self.payment_methods or payment.payment_method in self.payment_methods)
            and (self.customers_newer_than is None or self._is_new(payment))
            and (not self.blocked_audits or payment.is_blocked_audit)
        )

    def _is_new(self, payment: Payment) -> bool:
        newest = self.customers_newer_than or timedelta(0)
        return payment.customer_for is not None and payment.customer_for < newest


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


def checking_share(shares: Mapping[Lane, float]) -> float:
    """The share of the claims that goes into checking."""
    return sum(shares[lane] for lane in CHECKING)


def working_first(drawn: float, shares: Mapping[Lane, float] = LANE_SHARES) -> tuple[Lane, ...]:
    """As `serving_order`, but the lanes of checking are left for when nothing else waits."""
    working = {lane: share for lane, share in shares.items() if lane not in CHECKING}
    checking = tuple(lane for lane in shares if lane in CHECKING)
    return (*serving_order(drawn, working), *checking)


def may_check(checking_minutes: float, all_minutes: float, limit: float = CHECKING_LIMIT) -> bool:
    """Whether checking has had less than its limit of the minutes that people worked lately.

    Too few minutes to tell count as less.
    """
    return all_minutes < LEAST_MINUTES or checking_minutes < limit * all_minutes


def drawn_queue(drawn: float, reserved: Mapping[int, float]) -> int | None:
    """The queue that `drawn` in [0, 1) falls on; None leaves it to the best of all queues.

    `reserved` says of which share of the claims each queue has the first choice; what they leave
    over goes by rank alone. Where they add up to more than 1, each gives up its part.
    """
    reached, whole = 0.0, max(sum(reserved.values()), 1.0)
    for queue_id, share in reserved.items():
        reached += share / whole
        if drawn < reached:
            return queue_id
    return None


def interleave(
    waiting: Mapping[Lane, int],
    offsets: Mapping[Lane, int],
    size: int,
    shares: Mapping[Lane, float] = LANE_SHARES,
) -> tuple[Lane, ...]:
    """The lanes from which the next `size` rows of one list come, in expected serving order.

    Row k of a lane with share s is due after k / s claims; a lane without a share comes last.
    `waiting` says how many rows of each lane are at hand beyond its `offsets`.
    """
    due = [
        (_claims_until(offsets.get(lane, 0) + k + 1, shares.get(lane, 1.0)), position, lane)
        for position, (lane, rows) in enumerate(waiting.items())
        for k in range(rows)
    ]
    return tuple(lane for _, _, lane in sorted(due)[:size])


def _claims_until(row: int, share: float) -> tuple[bool, float]:
    return (share <= 0, row / share if share > 0 else row)


def _crosses(payment: Payment) -> bool:
    return payment.billing_country is not None and payment.country not in (
        None,
        payment.billing_country,
    )
