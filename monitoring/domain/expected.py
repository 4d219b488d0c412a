"""What the scores alone say of a window before any label is in, and how wrong they were last time.

If the probabilities are right, a payment with p = 0.3 is fraud in three of ten cases. So the frauds
of a window are a sum of independent draws, one for each payment, and everything that counts
payments and frauds follows from two sums: of p, and of p(1 - p). This is an expectation under
an assumption, never an estimate: a model that drifts is wrong about itself, and says so nowhere.
Hence the comparison with the last window whose truth is known.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitoring.domain.estimation.estimate import Estimate

Counts = NDArray[np.float64]
# Bounds are read from so many quantiles of the frauds on either side: all pairs are looked at.
QUANTILES = 400
BOUNDS = (0.025, 0.975)


@dataclass(frozen=True, slots=True)
class ScoreSums:
    """Scored payments of one side, the sum of their probabilities p, and the sum of p(1 - p)."""

    payments: int
    frauds: float
    variance: float


@dataclass(frozen=True, slots=True)
class Expected:
    """A rate in [0, 1] or a number of frauds with the 95 % bounds that chance leaves.

    `expected` is None where nothing can be divided by; `n` counts the scored payments.
    """

    name: str
    expected: float | None
    low: float | None
    high: float | None
    n: int

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Miss:
    """An expectation beside what was found later.

    `difference` is expected minus estimate, `outside` says that the estimate's interval does not
    hold the expectation; both are None where the estimate was refused, unless a bound decides.
    """

    name: str
    expected: float | None
    estimate: Estimate
    difference: float | None
    outside: bool | None

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def expected_performance(flagged: ScoreSums, approved: ScoreSums) -> dict[str, Expected]:
    """Expected rates and frauds by name, from what was flagged (blocked, reviewed) and approved.

    Keys: precision, recall, flag_fpr, prevalence, flagged_frauds, approved_frauds. What is finally
    declined does not follow from scores alone, because people decide it: there is no `fpr`.
    """
    n_flagged, n_all = flagged.payments, flagged.payments + approved.payments
    rates: Mapping[str, Callable[[Counts, Counts], Counts]] = {
        "precision": lambda f, a: f / n_flagged + 0 * a,
        "recall": lambda f, a: f / (f + a),
        "flag_fpr": lambda f, a: (n_flagged - f) / (n_all - f - a),
        "prevalence": lambda f, a: (f + a) / n_all,
        "flagged_frauds": lambda f, a: f + 0 * a,
        "approved_frauds": lambda f, a: a + 0 * f,
    }
    outcomes = _frauds(flagged)[:, None], _frauds(approved)[None, :]
    middle = np.array(flagged.frauds), np.array(approved.frauds)
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            name: _expected(name, float(rate(*middle)), rate(*outcomes), n_all)
            for name, rate in rates.items()
        }


def compared(expected: float | None, estimate: Estimate) -> Miss:
    """How far an expectation was from the estimate of the same rate over the same window."""
    both = expected is not None and estimate.estimate is not None
    return Miss(
        name=estimate.name,
        expected=expected,
        estimate=estimate,
        difference=expected - estimate.estimate if both else None,  # type: ignore[operator]
        outside=_outside(expected, estimate),
    )


def _outside(expected: float | None, estimate: Estimate) -> bool | None:
    """Bounds of a refused estimate may contradict an expectation; they never confirm it."""
    if expected is None:
        return None
    beyond = (estimate.low is not None and expected < estimate.low) or (
        estimate.high is not None and expected > estimate.high
    )
    return True if beyond else False if estimate.estimate is not None else None


def _frauds(side: ScoreSums) -> Counts:
    """Equally likely numbers of frauds of one side, shape (QUANTILES,).

    A Poisson number moved so that mean and variance are those of the sum (translated Poisson,
    Röllin, Stochastic Processes and their Applications 2007): right for few and for many frauds.
    """
    from scipy.stats import poisson

    chances = (np.arange(QUANTILES) + 0.5) / QUANTILES
    moved = np.floor(side.frauds - side.variance)
    numbers = poisson.ppf(chances, max(side.frauds - moved, 0.0)) + moved
    frauds: Counts = np.clip(numbers, 0, side.payments).astype(np.float64)
    return frauds


def _expected(name: str, value: float, outcomes: Counts, n: int) -> Expected:
    known = outcomes[np.isfinite(outcomes)]
    if not np.isfinite(value) or not known.size:
        return Expected(name, None, None, None, n)
    low, high = (float(bound) for bound in np.quantile(known, BOUNDS))
    return Expected(name, value, min(low, value), max(high, value), n)
