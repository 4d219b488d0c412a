"""95 % intervals for shares and totals from weighted labels."""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammainc, gammaincinv, ndtri

ALPHA = 0.05
Z = float(ndtri(1 - ALPHA / 2))
Interval = tuple[float, float]


@dataclass(frozen=True)
class WeightedCount:
    """A total of events found with weights.

    Attributes
    ----------
    total
        Sum of the weights.
    square
        Sum of the squared weights of clusters: the variance of a compound Poisson total.
    largest
        The largest weight that an event of this kind could have had.
    labels
        Events found.
    """

    total: float
    square: float
    largest: float
    labels: int

    @property
    def equal(self) -> float:
        """Events of equal weight that would say as much."""
        return self.total**2 / self.square if self.square > 0 else 0.0

    @property
    def effective(self) -> float:
        """The same, and what may still be unseen.

        Few large weights count little, and so do many small ones beside a large weight that no
        event has had so far: the next one would change the total.
        """
        if self.square <= 0:
            return 0.0
        return min(self.equal, self.square / self.largest**2)


def logit(share: float, variance: float) -> Interval:
    """Interval of a share strictly inside (0, 1) on the scale of its log-odds."""
    odds = np.log(share / (1 - share))
    half = Z * np.sqrt(variance) / (share * (1 - share))
    return _expit(odds - half), _expit(odds + half)


def gamma(count: WeightedCount) -> Interval:
    """Fay and Feuer's gamma interval for a total of few weighted events, in its mid-p form.

    Exact limits for weighted events keep well over 95 %; the mid-p form (Fay and Kim, Biometrical
    Journal 2017) mixes the two gamma distributions behind them half and half. Without
    events the upper bound is three times the largest weight: such an event may have been missed.
    """
    upper = _Gamma.of(count.total + count.largest, count.square + count.largest**2)
    if upper is None:
        return 0.0, 0.0
    lower = _Gamma.of(count.total, count.square)
    if lower is None:
        return 0.0, upper.quantile(1 - ALPHA)
    return _mixed_quantile(lower, upper, ALPHA / 2), _mixed_quantile(lower, upper, 1 - ALPHA / 2)


def share_of_totals(part: WeightedCount, rest: WeightedCount) -> Interval:
    """Interval of part / (part + rest) from the gamma limits of both totals.

    The limits of part / rest follow Donner and Zou (MOVER, Biometrics 2012); they stay defined
    without events on one side.
    """
    low, high = _ratio(part.total, gamma(part), rest.total, gamma(rest))
    return low / (1 + low), high / (1 + high) if np.isfinite(high) else 1.0


@dataclass(frozen=True)
class _Gamma:
    """The gamma distribution with this mean and variance."""

    shape: float
    scale: float

    @classmethod
    def of(cls, mean: float, variance: float) -> "_Gamma | None":
        """None where both are 0."""
        return cls(mean**2 / variance, variance / mean) if mean > 0 else None

    def below(self, value: float) -> float:
        return float(gammainc(self.shape, value / self.scale))

    def quantile(self, probability: float) -> float:
        return float(gammaincinv(self.shape, probability) * self.scale)


def _mixed_quantile(lower: _Gamma, upper: _Gamma, probability: float) -> float:
    """Where the even mixture of both distributions reaches `probability`."""
    from scipy.optimize import brentq

    ends = lower.quantile(probability), upper.quantile(probability)

    def missing(value: float) -> float:
        return (lower.below(value) + upper.below(value)) / 2 - probability

    # A hair wider, so that rounding cannot put the answer outside.
    return float(brentq(missing, min(ends) * (1 - 1e-9), max(ends) * (1 + 1e-9)))


def _ratio(a: float, of_a: Interval, b: float, of_b: Interval) -> Interval:
    (low_a, high_a), (low_b, high_b) = of_a, of_b
    product = a * b
    low_part, high_part = low_a * (2 * a - low_a), high_a * (2 * a - high_a)
    low_rest, high_rest = low_b * (2 * b - low_b), high_b * (2 * b - high_b)
    low_root = np.sqrt(max(0.0, product**2 - low_part * high_rest))
    low = low_part / (product + low_root) if product + low_root > 0 else 0.0
    if low_rest <= 0:
        return float(low), float("inf")
    high_root = np.sqrt(max(0.0, product**2 - high_part * low_rest))
    return float(low), float((product + high_root) / low_rest)


def _expit(odds: float) -> float:
    return float(1 / (1 + np.exp(-odds)))
