"""How far the current values of a feature are from its reference."""

import numpy as np
from scipy.special import gammaincinv

from monitoring.domain.drift.bins import Floats

# Half a payment in every bin: empty bins stay finite, and equal samples stay at exactly 0.
PSEUDO_COUNT = 0.5
CONFIDENCE = 0.99


def population_stability(reference: Floats, current: Floats) -> float:
    """Population stability index of two histograms over the same bins, shapes (bins,).

    >>> population_stability(np.array([5.0, 10.0]), np.array([5.0, 10.0]))
    0.0
    """
    before, now = _smoothed(reference), _smoothed(current)
    return max(0.0, float((now - before) @ np.log(now / before)))


def chance(bins: int, n_reference: float, n_current: float) -> float:
    """The index that samples of these sizes stay below in 99 of 100 cases without any drift.

    Twice the index of two samples of one distribution is close to chi-square distributed.
    """
    if min(n_reference, n_current) <= 0:
        return float("inf")
    spread = 1 / n_reference + 1 / n_current
    return float(2 * gammaincinv(max(bins - 1, 1) / 2, CONFIDENCE) * spread)


def jensen_shannon(reference: Floats, current: Floats) -> float:
    """Jensen-Shannon distance of two histograms, in [0, 1]."""
    before, now = _shares(reference), _shares(current)
    middle = (before + now) / 2
    divergence = (_entropy_against(before, middle) + _entropy_against(now, middle)) / 2
    return float(np.sqrt(np.clip(divergence, 0, 1)))


def kolmogorov_smirnov(reference: Floats, weight: Floats, current: Floats) -> float:
    """Largest distance of the two distribution functions; the reference is weighted, (n,)."""
    points = np.unique(np.concatenate([reference, current]))
    order = np.argsort(reference, kind="stable")
    heap = np.concatenate([[0.0], np.cumsum(weight[order])])
    before = heap[np.searchsorted(reference[order], points, side="right")] / heap[-1]
    now = np.searchsorted(np.sort(current), points, side="right") / len(current)
    return float(np.max(np.abs(before - now)))


def weighted_median(values: Floats, weight: Floats) -> float:
    """The value below and above which half of the weight lies."""
    order = np.argsort(values, kind="stable")
    heap = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(heap, heap[-1] / 2)])


def effective_size(weight: Floats) -> float:
    """Equally weighted values that would say as much."""
    total = float(weight.sum())
    return total**2 / float(weight @ weight) if total > 0 else 0.0


def _smoothed(histogram: Floats) -> Floats:
    return _shares(histogram + PSEUDO_COUNT)


def _shares(histogram: Floats) -> Floats:
    shares: Floats = histogram / max(float(histogram.sum()), 1e-12)
    return shares


def _entropy_against(shares: Floats, middle: Floats) -> float:
    there = shares > 0
    return float(shares[there] @ np.log2(shares[there] / middle[there]))
