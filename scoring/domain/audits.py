"""How a budget of audits a day becomes a probability for each stratum."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from scoring.domain.errors import FieldError
from scoring.domain.policy import Costs, InvalidPolicy, number_or_none

SIDES = ("approve", "block")
# Of the budget, so much is spread evenly: it keeps every probability above zero, and a stratum
# of which we believe too little is still found out.
EVEN_SHARE = 0.1
MOST_AUDITS = 100_000
MOST_MINUTES = 24 * 60
# What calibrated scores of a band stand for, the geometric middle of its edges; the first and the
# last band have only one. Without a score nothing is known but that fraud is rare.
BAND_SHARES = {
    "none": 0.01, "s0": 0.0005, "s1": 0.0017, "s2": 0.0055, "s3": 0.017, "s4": 0.055,
    "s5": 0.17, "s6": 0.39, "s7": 0.59, "s8": 0.79, "s9": 0.95,
}  # fmt: skip
# The score's word counts as much as so many looks: few looks find no fraud where it is rare.
SCORE_WEIGHT = 100.0


@dataclass(frozen=True, slots=True)
class AuditBudget:
    """Blind looks a day at approved and at blocked payments, and the minutes that one takes.

    A look at a blocked payment takes longer, because the customer has to be reached.
    """

    approve: float
    block: float
    approve_minutes: Decimal = Decimal("4")
    block_minutes: Decimal = Decimal("8")

    @property
    def minutes_a_day(self) -> float:
        """What the budget takes of people's time."""
        return self.minutes(self.approve, self.block)

    def minutes(self, approve: float, block: float) -> float:
        """Minutes for so many looks on either side."""
        return approve * float(self.approve_minutes) + block * float(self.block_minutes)

    def times(self, factor: float) -> "AuditBudget":
        """A budget of so many times the looks, each as long as before."""
        return AuditBudget(
            self.approve * factor, self.block * factor, self.approve_minutes, self.block_minutes
        )

    def to_row(self) -> dict[str, float | str]:
        """The budget as stored; minutes are decimal strings."""
        row = asdict(self)
        return {
            name: str(value) if isinstance(value, Decimal) else value for name, value in row.items()
        }


@dataclass(frozen=True, slots=True)
class StratumLoad:
    """A stratum as it comes in: payments a day, and the share of fraud in [0, 1] expected in it."""

    stratum: str
    payments_a_day: float
    fraud_share: float

    @property
    def side(self) -> str:
        """The outcome that the stratum is of."""
        return self.stratum.partition(":")[0]


@dataclass(frozen=True, slots=True)
class PlannedAudits:
    """The probability of a blind look by stratum, and by outcome for a stratum never seen."""

    propensities: Mapping[str, float]
    unseen: Mapping[str, float]

    def propensity(self, stratum: str) -> float | None:
        """The probability of a look, in (0, 1]; None on a side that was never seen."""
        planned = self.propensities.get(stratum)
        return self.unseen.get(stratum.partition(":")[0]) if planned is None else planned


def audit_budget_from_row(row: Mapping[str, object]) -> AuditBudget | None:
    """Return the budget of a stored policy; None where it states none.

    Raises `InvalidPolicy` for an unknown name, for looks that are not above 0, and where one of
    the two sides is missing.
    """
    if not row:
        return None
    faults = [
        FieldError(f"audit_budget.{name}", "unknown_field", f"no part of a budget is named {name}")
        for name in row
        if name not in AuditBudget.__slots__
    ]
    values = {}
    for name in AuditBudget.__slots__:
        most = MOST_AUDITS if name in SIDES else MOST_MINUTES
        number = number_or_none(row[name]) if name in row else None
        if number is not None and 0 < number <= most:
            values[name] = number
        elif name in row or name in SIDES:
            message = f"the audit budget {name} must be above 0 and at most {most:,}"
            faults.append(FieldError(f"audit_budget.{name}", "invalid", message))
    if faults:
        raise InvalidPolicy(faults)
    approve, block = (float(values.pop(side)) for side in SIDES)
    return AuditBudget(approve, block, **values)


def audit_cost(minutes: float, costs: Costs) -> Decimal:
    """What so many minutes of looking cost, in the reporting currency."""
    return (Decimal(str(minutes)) * costs.review_cost_per_minute).quantize(Decimal("0.01"))


def expected_fraud_share(stratum: str, *, looks: int = 0, frauds: int = 0) -> float:
    """Return what share of a stratum is fraud, in (0, 1): its scores' word, corrected by looks."""
    band = BAND_SHARES.get(stratum.split(":")[1], BAND_SHARES["none"])
    return (SCORE_WEIGHT * band + frauds) / (SCORE_WEIGHT + looks)


def solve_audits(loads: Sequence[StratumLoad], budget: AuditBudget) -> PlannedAudits:
    """Return the probabilities that spend the budget of each side where it tells most.

    Looks are allotted as N·sqrt(p(1 − p)) (Neyman, 1934), where N are the payments of a stratum
    and p its share of fraud: so more are near the threshold, where fraud and honesty are mixed. A
    tenth of the budget is allotted by N alone, so every probability is at least a tenth of the
    side's average. None exceeds 1: what a stratum cannot take goes to the others in proportion. In
    expectation the budget is spent, or everything is looked at.
    """
    propensities: dict[str, float] = {}
    unseen: dict[str, float] = {}
    for side in SIDES:
        own = [load for load in loads if load.side == side and load.payments_a_day > 0]
        if own:
            looks = float(getattr(budget, side))
            counts = np.array([load.payments_a_day for load in own])
            shares = np.array([load.fraud_share for load in own])
            solved = _spent(counts, _attention(counts, shares), looks)
            propensities |= {load.stratum: float(p) for load, p in zip(own, solved, strict=True)}
            unseen[side] = min(1.0, looks / float(counts.sum()))
    return PlannedAudits(propensities, unseen)


def expected_audits(loads: Sequence[StratumLoad], plan: PlannedAudits) -> dict[str, float]:
    """Return the looks a day that a plan leads to, by side."""
    looks = dict.fromkeys(SIDES, 0.0)
    for load in loads:
        if load.side in looks:
            looks[load.side] += load.payments_a_day * (plan.propensity(load.stratum) or 0.0)
    return looks


def _attention(counts: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """How likely a payment of each stratum should be looked at, up to one common factor."""
    spread = np.sqrt(shares * (1 - shares))
    total = float((counts * spread).sum())
    even = 1.0 / float(counts.sum())
    if total <= 0:
        return np.full(len(counts), even)
    return (1 - EVEN_SHARE) * spread / total + EVEN_SHARE * even


def _spent(
    counts: NDArray[np.float64], attention: NDArray[np.float64], looks: float
) -> NDArray[np.float64]:
    """min(1, c × attention), with the c at which the counts add up to `looks`."""
    order = np.argsort(-attention)
    # With the first k strata looked at whole, c follows from what is left for the others.
    for whole in range(len(order)):
        full, rest = order[:whole], order[whole:]
        left = looks - float(counts[full].sum())
        if left <= 0:
            break
        factor = left / float((counts[rest] * attention[rest]).sum())
        if factor * attention[rest[0]] <= 1:
            solved = np.ones(len(order))
            solved[rest] = factor * attention[rest]
            return np.clip(solved, np.finfo(float).tiny, 1.0)
    return np.ones(len(order))
