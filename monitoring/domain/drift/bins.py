"""Bins of a feature, made from the reference alone and kept with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NUMBER, CATEGORY = "number", "category"
QUANTILES = 10
# Up to so many different values each is shown as a bar of its own.
MOST_BARS = 16


@dataclass(frozen=True)
class Bins:
    """Bin i holds [edges[i-1], edges[i]), open at both ends; one more holds what is missing.

    `titles` has one entry per bin without the missing one.
    """

    kind: str
    edges: tuple[float, ...]
    titles: tuple[str, ...]

    @property
    def count(self) -> int:
        """Bins, the one for missing values included."""
        return len(self.edges) + 2

    def place(self, values: Floats) -> Ints:
        """The bin of each value, shape (n,); missing values (NaN) are in the last one."""
        places = np.searchsorted(self.edges, values, side="right").astype(np.int64)
        return np.where(np.isnan(values), self.count - 1, places)

    def weigh(self, values: Floats, weight: Floats) -> Floats:
        """The summed weight in each bin, shape (count,)."""
        summed: Floats = np.bincount(
            self.place(values), weights=weight, minlength=self.count
        ).astype(np.float64)
        return summed


def quantile_bins(reference: Floats) -> Bins:
    """About ten bins of equal share in the reference; a value that fills one stands alone.

    A reference of one single value still has bins below and above it.
    """
    known = reference[~np.isnan(reference)]
    if not len(known):
        return _numeric(())
    levels = np.linspace(0, 1, QUANTILES + 1)[1:-1]
    quantiles = np.quantile(known, levels, method="inverted_cdf")
    cuts, repeats = np.unique(quantiles, return_counts=True)
    heavy = cuts[repeats > 1]
    edges = np.unique(np.concatenate([cuts, np.nextafter(heavy, np.inf)]))
    inside = edges[(edges > known.min()) & (edges <= known.max())]
    if not len(inside):
        inside = np.array([known.min(), np.nextafter(known.max(), np.inf)])
    return _numeric(tuple(float(edge) for edge in inside))


def picture_bins(reference: Floats, current: Floats) -> Bins:
    """Bars to look at: one per value where values are few, else steps of equal width.

    The steps grow with the value where the reference has a long tail.
    """
    known = reference[~np.isnan(reference)]
    if not len(known):
        return _numeric(())
    both = np.unique(np.concatenate([known, current[~np.isnan(current)]]))
    if len(both) <= MOST_BARS:
        titles = tuple(short(float(value)) for value in both)
        return Bins(NUMBER, tuple(float(value) for value in both[1:]), titles)
    return _numeric(tuple(float(edge) for edge in _steps(known)))


def _steps(known: Floats) -> Floats:
    """Inner edges between the hundredth parts at both ends; whole numbers keep whole steps."""
    low, middle, high = np.quantile(known, [0.01, 0.5, 0.99])
    whole = bool(np.all(known == np.round(known)))
    if low >= 0 and high > 10 * max(float(middle), 1e-9):
        steps = np.expm1(np.linspace(np.log1p(low), np.log1p(high), MOST_BARS + 1))
    elif whole:
        steps = np.arange(low, high + 1, np.ceil((high - low) / MOST_BARS) or 1.0)
    else:
        steps = np.linspace(low, high, MOST_BARS + 1)
    inner: Floats = np.unique(np.ceil(steps[1:-1]) if whole else steps[1:-1])
    return inner if len(inner) else np.array([low, np.nextafter(high, np.inf)])


def category_bins(levels: Sequence[str]) -> Bins:
    """One bin per declared level and one for every other value."""
    edges = tuple(float(place) for place in range(1, len(levels) + 1))
    titles = (*(level.replace("_", " ") for level in levels), "another value")
    return Bins(CATEGORY, edges, titles)


def _numeric(edges: tuple[float, ...]) -> Bins:
    if not edges:
        return Bins(NUMBER, (), ("any value",))
    middle = (f"{short(low)} to {short(high)}" for low, high in pairwise(edges))
    return Bins(NUMBER, edges, (f"below {short(edges[0])}", *middle, f"from {short(edges[-1])}"))


def short(value: float) -> str:
    """A number with three digits that count.

    >>> short(0.01234), short(12.34), short(12345.6)
    ('0.0123', '12.3', '12,300')
    """
    if value == 0:
        return "0"
    digits = 2 - int(np.floor(np.log10(abs(value))))
    rounded = round(value, digits)
    text = f"{rounded:,.{max(digits, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
