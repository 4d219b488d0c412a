"""What is usual for each input, from a sample of payments; and which inputs move together."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.domain.explanation.families import families
from scoring.domain.explanation.sentences import told_as_ratio
from scoring.domain.features import FeatureSet, Kind

Values = NDArray[np.float32]
# Denser towards the ends: "above 99.5 %" is what a reviewer looks for.
LEVELS = tuple(
    round(level, 4)
    for level in (0.0, 0.001, 0.002, 0.005, *np.linspace(0.01, 0.99, 99), 0.995, 0.998, 0.999, 1.0)
)
# Of these only how common a value is says something: there is no higher and lower.
NAMED = frozenset(
    {Kind.CATEGORY, Kind.FLAG, Kind.DIFFERS, Kind.WEEKDAY, Kind.WEEKEND, Kind.NIGHT, Kind.HOUR}
)
# Rank correlation from which two families of inputs are told as one.
TOGETHER = 0.8


@dataclass(frozen=True, slots=True)
class InputReference:
    """One input over the sample: quantiles at LEVELS, or the share of each named value.

    `missing` is the share of payments in which it has no value; both may be empty where it
    never had one.
    """

    missing: float
    quantiles: tuple[float, ...] = ()
    shares: Mapping[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """The inputs in the order of the feature set, and positions of those that are told as one."""

    rows: int
    inputs: tuple[InputReference, ...]
    groups: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Shares strictly below and strictly above a value among payments that have one, or equal.

    Below and above are bounds that hold: quantiles between two levels count as the lower one.
    `known` is the share of payments that have a value.
    """

    below: float = 0.0
    above: float = 0.0
    known: float = 1.0
    equal: float | None = None
    missing: float | None = None


def reference_of(feature_set: FeatureSet, values: Values) -> Reference:
    """Measure a sample of vectors (n, k), missing values as NaN."""
    told = told_values(feature_set, values)
    inputs = tuple(
        _measured(feature.kind, told[:, place])
        for place, feature in enumerate(feature_set.features)
    )
    return Reference(len(values), inputs, _together(feature_set, told))


def told_values(feature_set: FeatureSet, values: Values) -> NDArray[np.float64]:
    """The values (n, k) as their sentences tell them: a mean as the amount over that mean."""
    told = values.astype(np.float64)
    amounts = [i for i, f in enumerate(feature_set.features) if f.kind is Kind.AMOUNT]
    if not amounts:
        return told
    amount = told[:, amounts[0]].copy()
    for place, feature in enumerate(feature_set.features):
        if told_as_ratio(feature):
            mean = told[:, place]
            with np.errstate(divide="ignore", invalid="ignore"):
                told[:, place] = np.where(mean > 0, amount / mean, np.nan)
    return told


def standing(reference: InputReference, value: float) -> Standing:
    """Where a told value lies in the sample."""
    if math.isnan(value):
        return Standing(missing=reference.missing)
    if reference.shares is not None:
        return Standing(equal=reference.shares.get(round(value, 4), 0.0))
    quantiles = reference.quantiles
    if not quantiles:
        return Standing()
    lower, upper = bisect_left(quantiles, value), bisect_right(quantiles, value)
    below = LEVELS[lower - 1] if lower else 0.0
    above = 1 - LEVELS[upper] if upper < len(LEVELS) else 0.0
    return Standing(below=below, above=above, known=1 - reference.missing)


def to_numbers(reference: Reference) -> dict[str, Any]:
    """A reference as JSON holds it."""
    return {
        "rows": reference.rows,
        "inputs": [
            {
                "missing": each.missing,
                "quantiles": list(each.quantiles),
                "shares": None if each.shares is None else sorted(each.shares.items()),
            }
            for each in reference.inputs
        ],
        "groups": [list(group) for group in reference.groups],
    }


def from_numbers(numbers: Mapping[str, Any]) -> Reference:
    """A reference from its JSON."""
    inputs = tuple(
        InputReference(
            each["missing"],
            tuple(each["quantiles"]),
            None if each["shares"] is None else dict(each["shares"]),
        )
        for each in numbers["inputs"]
    )
    groups = tuple(tuple(group) for group in numbers["groups"])
    return Reference(numbers["rows"], inputs, groups)


def _measured(kind: Kind, column: NDArray[np.float64]) -> InputReference:
    known = column[np.isfinite(column)]
    missing = round(1 - len(known) / len(column), 4) if len(column) else 0.0
    if kind in NAMED:
        found, counts = np.unique(np.round(known, 4), return_counts=True)
        shares = dict(zip(found.tolist(), (counts / max(len(column), 1)).tolist(), strict=True))
        return InputReference(missing, shares=shares)
    if not len(known):
        return InputReference(missing)
    # Values that occurred, none between two: what is equal must compare as equal.
    quantiles = np.quantile(known, LEVELS, method="inverted_cdf")
    return InputReference(missing, tuple(float(value) for value in quantiles))


def _together(feature_set: FeatureSet, told: NDArray[np.float64]) -> tuple[tuple[int, ...], ...]:
    """Families of inputs, joined where each input of one has a near twin in the other."""
    kinds = list(families(feature_set).values())
    if len(kinds) < 2 or len(told) < 2:
        return tuple(kinds)
    correlated = np.abs(_rank_correlation(told))
    distances = np.zeros((len(kinds), len(kinds)))
    for first, one in enumerate(kinds):
        for second in range(first):
            alike = _alike(correlated, one, kinds[second])
            distances[first, second] = distances[second, first] = 1 - alike
    # Only training needs them, and they are half of the time in which a command starts.
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    joined = fcluster(linkage(squareform(distances), "complete"), 1 - TOGETHER, "distance")
    groups: dict[int, list[int]] = {}
    for number, positions in zip(joined.tolist(), kinds, strict=True):
        groups.setdefault(number, []).extend(positions)
    return tuple(tuple(sorted(group)) for group in groups.values())


def _alike(correlated: NDArray[np.float64], one: Sequence[int], other: Sequence[int]) -> float:
    between = correlated[np.ix_(one, other)]
    return float(min(between.max(axis=1).mean(), between.max(axis=0).mean(), 1.0))


def _rank_correlation(told: NDArray[np.float64]) -> NDArray[np.float64]:
    """Spearman's, (k, k); a missing value stands in the middle, a constant input is alone."""
    from scipy.stats import rankdata

    ranks = np.empty_like(told)
    for place in range(told.shape[1]):
        column = told[:, place]
        known = np.isfinite(column)
        ranks[:, place] = (known.sum() + 1) / 2
        ranks[known, place] = rankdata(column[known])
    spread = ranks.std(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = np.where(spread > 0, (ranks - ranks.mean(axis=0)) / spread, 0.0)
    return scaled.T @ scaled / len(told)
