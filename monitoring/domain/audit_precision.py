"""What a budget of audits buys: how wide the intervals will be, before anything is paid."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitoring.domain.estimation.intervals import WeightedCount, logit, share_of_totals
from scoring.domain.audits import PlannedAudits, StratumLoad

# With fewer events than that on one side, linearised variance says too little.
FEW_EVENTS = 10.0
DECLINED, APPROVED, REVIEWED = "block", "approve", "review"


@dataclass(frozen=True, slots=True)
class ExpectedInterval:
    """The 95 % interval that a rate is expected to get, around what it is expected to be.

    `events` are those expected on the rarer side of the sample. All are None but `refused`, a
    sentence, where nothing of one side comes in.
    """

    estimate: float | None
    low: float | None
    high: float | None
    events: float | None
    refused: str = ""

    @property
    def width(self) -> float | None:
        """The interval's length; None where refused."""
        return None if self.low is None or self.high is None else self.high - self.low


@dataclass(frozen=True, slots=True)
class _Total:
    """A total estimated by strata: Σ Nq, its variance, events expected in the sample."""

    total: float
    variance: float
    largest: float
    events: float

    def as_count(self) -> WeightedCount:
        return WeightedCount(self.total, self.variance, self.largest, round(self.events))


def expected_fpr(
    loads: Sequence[StratumLoad], planned: PlannedAudits, *, days: float
) -> ExpectedInterval:
    """Return the interval of wrongful declines over so many days of such payments.

    Honest payments blocked over all honest ones. People are taken to judge reviews rightly, so
    reviews decline no honest payment.
    """
    blocked = _total(loads, planned, days, sides=(DECLINED,), fraud=False)
    passed = _total(loads, planned, days, sides=(APPROVED, REVIEWED), fraud=False)
    return _interval(blocked, passed)


def expected_recall(
    loads: Sequence[StratumLoad], planned: PlannedAudits, *, days: float
) -> ExpectedInterval:
    """Return the interval of recall: frauds blocked or reviewed over all frauds."""
    caught = _total(loads, planned, days, sides=(DECLINED, REVIEWED), fraud=True)
    missed = _total(loads, planned, days, sides=(APPROVED,), fraud=True)
    return _interval(caught, missed)


def _total(
    loads: Sequence[StratumLoad],
    planned: PlannedAudits,
    days: float,
    *,
    sides: tuple[str, ...],
    fraud: bool,
) -> _Total:
    """N·k/n has the variance N·q(1 − q)/π, with q the share looked for and n ≈ Nπ looks."""
    total = variance = largest = events = 0.0
    for load in loads:
        if load.side in sides:
            count = load.payments_a_day * days
            share = load.fraud_share if fraud else 1 - load.fraud_share
            propensity = planned.propensity(load.stratum) or 1.0
            total += count * share
            variance += count * share * (1 - share) / propensity
            events += count * share * propensity
            largest = max(largest, 1 / propensity)
    return _Total(total, variance, largest, events)


def _interval(part: _Total, rest: _Total) -> ExpectedInterval:
    """The interval of part / (part + rest), as the estimators would make it."""
    whole = part.total + rest.total
    if part.total <= 0 or rest.total <= 0:
        return ExpectedInterval(None, None, None, None, "Nothing of one side comes in.")
    share = part.total / whole
    events = min(part.events, rest.events)
    if events < FEW_EVENTS:
        low, high = share_of_totals(part.as_count(), rest.as_count())
    else:
        spread = ((1 - share) ** 2 * part.variance + share**2 * rest.variance) / whole**2
        low, high = logit(share, spread)
    return ExpectedInterval(share, float(low), float(high), events)
