"""What a simulated world looks like: its size, its growth, its fraud and its drift."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from scoring.domain.errors import Problem


@dataclass(frozen=True)
class Dial:
    """One kind of drift: it begins on `start_day` (days after the start) and has a `size`."""

    start_day: float
    size: float


@dataclass(frozen=True)
class Drift:
    """Four independent dials; each moves only what its name says.

    amount_inflation: amounts grow by the share `size`.
    new_wallet: a share `size` of the customers pays with a wallet nobody has seen before.
    new_countries: a share `size` of the customers lives in countries that were not served before.
    new_customers: additional customers bring `size` times the ordinary volume.
    """

    amount_inflation: Dial | None = None
    new_wallet: Dial | None = None
    new_countries: Dial | None = None
    new_customers: Dial | None = None


@dataclass(frozen=True)
class SimulationSettings:
    """The dials of one world; the same settings and seed give the same rows.

    `growth` is the additional volume per 30 days as a share of `per_day`; `fraud_share` the
    expected share of third-party fraud; `maturity_days` the age at which an undisputed payment
    counts as legitimate. Raises `Problem` (code ``invalid_setting``) on values out of range.
    """

    days: int
    per_day: int
    start_at: datetime = datetime(2025, 1, 1, tzinfo=UTC)
    growth: float = 0.0
    fraud_share: float = 0.007
    maturity_days: float = 30.0
    drift: Drift = field(default_factory=Drift)

    def __post_init__(self) -> None:
        _require(1 <= self.days <= 3_650, "days must lie between 1 and 3,650.")
        _require(1 <= self.per_day <= 5_000_000, "per_day must lie between 1 and 5,000,000.")
        _require(_is_midnight(self.start_at), "start_at must be a midnight in UTC.")
        _require(-1 < self.growth <= 10, "growth must lie above -1 and at most at 10.")
        _require(0 <= self.fraud_share <= 0.2, "fraud_share must lie between 0 and 0.2.")
        _require(self.maturity_days > 0, "maturity_days must be positive.")


def default_drift(days: int) -> Drift:
    """All four dials at their defaults, beginning with the last third of `days`."""
    start = days * 2 / 3
    return Drift(
        amount_inflation=Dial(start, 0.30),
        new_wallet=Dial(start, 0.25),
        new_countries=Dial(start, 0.10),
        new_customers=Dial(start, 0.25),
    )


def _is_midnight(moment: datetime) -> bool:
    # Hours of the day are counted from the start, so the start must be where a day begins.
    if moment.utcoffset() != timedelta(0):
        return False
    return moment == moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise Problem("invalid_setting", message)
