"""Money and work of a window, counted: fraud in basis points, chargebacks, approvals, costs.

Counted numbers have no interval: `low` and `high` equal the estimate and the method is `count`.
Those that complaints still change carry the share of the complaints to come that are in.
"""

from dataclasses import dataclass
from decimal import Decimal

from scipy.special import stdtrit

from monitoring.domain.estimation.estimate import Estimate

FEWEST_CASES = 10
BASIS_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class Tally:
    """Payments and their amount in the reporting currency."""

    payments: int = 0
    amount: Decimal = Decimal(0)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.payments + other.payments, self.amount + other.amount)

    def __sub__(self, other: "Tally") -> "Tally":
        return Tally(self.payments - other.payments, self.amount - other.amount)


@dataclass(frozen=True, slots=True)
class Handling:
    """What became of the payments that were decided in a window.

    `approved` are those of the machine, `released` those let through later, `withdrawn` approved
    ones declined or voided afterwards; `reviews` were sent to people, who judged `judged` payments
    of all outcomes; `timed_out` reviews ran out of their hour.
    """

    decisions: int
    reviews: int
    approved: Tally
    released: Tally
    withdrawn: Tally
    judged: int
    timed_out: int

    @property
    def let_through(self) -> Tally:
        """Approved or released in the end."""
        return self.approved + self.released - self.withdrawn


@dataclass(frozen=True, slots=True)
class KnownFrauds:
    """Payments let through on which a chargeback or report for fraud came (`gross`).

    `recovered` are those of them that were refunded, or whose dispute was won or withdrawn.
    """

    gross: Tally
    recovered: Tally

    @property
    def net(self) -> Tally:
        """What stays lost."""
        return self.gross - self.recovered


@dataclass(frozen=True, slots=True)
class ReviewTime:
    """Active minutes at cases judged in a window; sums go over the `measured` ones."""

    cases: int
    measured: int
    minutes: float
    squared_minutes: float


def fraud_rates(
    frauds: KnownFrauds, volume: Tally, *, share_matured: float | None
) -> dict[str, Estimate]:
    """gross_fraud_rate and net_fraud_rate: amounts over the volume let through, in [0, 1].

    Times BASIS_POINTS they are basis points.
    """
    parts = {"gross_fraud_rate": frauds.gross, "net_fraud_rate": frauds.net}
    return {
        name: _counted(
            name,
            float(part.amount / volume.amount) if volume.amount else None,
            n=volume.payments,
            events=part.payments,
            share_matured=share_matured,
            missing="no money was let through in this window",
        )
        for name, part in parts.items()
    }


def fraud_amounts(frauds: KnownFrauds, *, share_matured: float | None) -> dict[str, Estimate]:
    """gross_fraud, recovered_fraud and net_fraud in the reporting currency."""
    parts = {
        "gross_fraud": frauds.gross,
        "recovered_fraud": frauds.recovered,
        "net_fraud": frauds.net,
    }
    return {
        name: _counted(
            name,
            float(part.amount),
            n=part.payments,
            events=part.payments,
            share_matured=share_matured,
        )
        for name, part in parts.items()
    }


def handling_rates(handling: Handling) -> dict[str, Estimate]:
    """approval_rate, review_rate and timeout_rate, each counted."""
    asked = {
        "approval_rate": (handling.let_through.payments, handling.decisions, "nothing was decided"),
        "review_rate": (handling.judged, handling.decisions, "nothing was decided"),
        "timeout_rate": (handling.timed_out, handling.reviews, "nothing was sent to review"),
    }
    return {
        name: share_counted(name, part, whole, missing=f"{missing} in this window")
        for name, (part, whole, missing) in asked.items()
    }


def share_counted(name: str, part: int, whole: int, *, missing: str) -> Estimate:
    """Part over whole, counted; refused with the sentence `missing` where whole is 0."""
    share = part / whole if whole else None
    return _counted(name, share, n=whole, events=part, missing=missing)


def review_costs(time: ReviewTime, cost_per_minute: Decimal) -> dict[str, Estimate]:
    """cost_per_case and cost_of_reviews in the reporting currency.

    Where the minutes of some cases were not measured, the measured ones stand for them: mean and
    t interval of a sample without replacement, s² ÷ n × (1 − n ÷ N). With all measured nothing is
    left to estimate. Refused below 10 measured cases.
    """
    missing = (
        f"not enough evidence: {time.measured} cases with measured minutes,"
        f" {FEWEST_CASES} are needed"
    )
    price = float(cost_per_minute)
    if time.measured < FEWEST_CASES:
        return {
            name: Estimate(name, None, None, None, "none", time.measured, None, 0, refused=missing)
            for name in ("cost_per_case", "cost_of_reviews")
        }
    mean = time.minutes / time.measured
    half = _half_width(time, mean)
    return {
        name: Estimate(
            name=name,
            estimate=factor * mean,
            low=factor * max(mean - half, 0.0),
            high=factor * (mean + half),
            method="mean" if half else "count",
            n=time.measured,
            n_eff=float(time.measured),
            events=time.cases,
        )
        for name, factor in (("cost_per_case", price), ("cost_of_reviews", price * time.cases))
    }


def _half_width(time: ReviewTime, mean: float) -> float:
    """Half of the 95 % interval of the mean minutes; 0 where every case was measured."""
    n = time.measured
    unmeasured = 1 - n / time.cases
    variance = max(time.squared_minutes - n * mean**2, 0.0) / (n - 1)
    return float(stdtrit(n - 1, 0.975) * (variance / n * unmeasured) ** 0.5)


def _counted(
    name: str,
    value: float | None,
    *,
    n: int,
    events: int,
    share_matured: float | None = None,
    missing: str = "",
) -> Estimate:
    return Estimate(
        name=name,
        estimate=value,
        low=value,
        high=value,
        method="count" if value is not None else "none",
        n=n,
        n_eff=float(n),
        events=events,
        share_matured=share_matured,
        refused=None if value is not None else missing,
    )
