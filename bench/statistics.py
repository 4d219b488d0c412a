"""Numbers from many measurements."""

from collections.abc import Mapping, Sequence
from statistics import median


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of the ordered values do not exceed.

    Raises ValueError for no values or a share outside (0, 1].
    """
    if not ordered or not 0 < share <= 1:
        raise ValueError("a percentile needs values and a share in (0, 1]")
    place = -(-len(ordered) * share // 1)
    return ordered[int(place) - 1]


def milliseconds(ordered: Sequence[float]) -> dict[str, float]:
    """Return p50, p95, p99 and the longest of ordered seconds, in milliseconds."""
    shares = {"p50": 0.50, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {name: round(1000 * percentile(ordered, share), 3) for name, share in shares.items()}


def median_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median, over rounds, of ours divided by theirs in the same round.

    A slow moment of the machine hits both sides of a round; the median forgets the odd round.
    """
    return median(own / other for own, other in zip(ours, theirs, strict=True))


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return median, least and greatest."""
    return {"median": median(values), "low": min(values), "high": max(values)}


def ratios(rates: Mapping[str, Sequence[float]], ours: str) -> dict[str, float]:
    """Return our median ratio to each other, by its name; rates are per round."""
    return {
        name: round(median_ratio(rates[ours], values), 4)
        for name, values in rates.items()
        if name != ours
    }
