"""How much the machine's opinion sways people, from looks that hid it by lot.

Two arms are compared within strata (payments of like score, under like shares), and the strata
are pooled with the weights n1 n0 / (n1 + n0): those of the least variance where every stratum has
the same effect. Reviewers differ, so variances are of reviewers, not of verdicts: t intervals with
one degree of freedom less than reviewers, and never narrower than independent verdicts would give.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from monitoring.domain.estimation.estimate import Estimate
from scoring.domain.wording import count

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
FRAUD, LEGITIMATE, UNKNOWN = 1, 0, -1
LEAST_VERDICTS = 8
LEAST_REVIEWERS = 2
COVERED = 0.975


@dataclass(frozen=True)
class Looks:
    """First looks whose presentation was drawn by lot; all arrays (n,).

    reviewer: any number per person. stratum: looks of the same one are compared. hidden: whether
    the opinion was kept back until the verdict. model, first, final, truth: 1 fraud, 0 legitimate,
    -1 unknown; what the model leans to, the verdict before and after any reveal, and what is known
    without that verdict. seconds: active time, NaN where it was not measured.
    """

    reviewer: Ints
    stratum: Ints
    hidden: Bools
    model: Ints
    first: Ints
    final: Ints
    truth: Ints
    seconds: Floats

    def __len__(self) -> int:
        return len(self.reviewer)


@dataclass(frozen=True)
class Anchoring:
    """Differences are shown minus hidden; shares in [-1, 1] or [0, 1], `time` in seconds."""

    pull: Estimate
    fraud: Estimate
    time: Estimate
    switch: Estimate
    over_reliance: Estimate
    under_reliance: Estimate


def anchoring(looks: Looks) -> Anchoring:
    """Return every measure of these looks; one without enough evidence says so in a sentence.

    `pull`, `fraud` and `time` compare the arms. The others follow a person across the reveal, so
    only looks that hid the opinion count for them.
    """
    agrees = (looks.first == looks.model).astype(float)
    says_fraud = (looks.first == FRAUD).astype(float)
    wrong = looks.hidden & (looks.truth != UNKNOWN) & (looks.model != looks.truth)
    right = looks.hidden & (looks.truth != UNKNOWN) & (looks.model == looks.truth)
    own_right = looks.first == looks.truth
    own_wrong = looks.first == 1 - looks.truth
    differs = looks.hidden & (looks.first == 1 - looks.model)
    ends_with_model = looks.final == looks.model
    return Anchoring(
        pull=difference("pull", looks, agrees),
        fraud=difference("fraud", looks, says_fraud),
        time=difference("time", looks, looks.seconds),
        switch=share("switch", looks, differs, ends_with_model),
        over_reliance=share("over_reliance", looks, wrong & own_right, ends_with_model),
        under_reliance=share("under_reliance", looks, right & own_wrong, ~ends_with_model),
    )


def difference(name: str, looks: Looks, values: Floats) -> Estimate:
    """The mean of `values` (n,) where shown minus where hidden, pooled over strata.

    Values that are NaN say nothing and are left out, and so are strata in which an arm has fewer
    than two: nobody could say how far they spread.
    """
    used = np.isfinite(values) & _has_both_arms(looks, np.isfinite(values))
    hidden = int(np.sum(used & looks.hidden))
    people = len(np.unique(looks.reviewer[used]))
    smaller = min(hidden, int(np.sum(used)) - hidden)
    lacking = _shortage(smaller, people, "in the smaller arm")
    if lacking:
        return _refused(name, int(np.sum(used)), hidden, lacking)
    point, influence = _pooled(looks.stratum[used], looks.hidden[used], values[used])
    half = _half_width(influence, looks.reviewer[used], people)
    return Estimate(
        name=name,
        estimate=point,
        low=point - half,
        high=point + half,
        method="stratified, clustered by reviewer",
        n=int(np.sum(used)),
        n_eff=None,
        events=hidden,
    )


def share(name: str, looks: Looks, asked: Bools, found: Bools) -> Estimate:
    """Of the `asked` looks the share that is `found`: a Wilson interval that knows of reviewers.

    It is computed as if there were fewer looks, by as much as verdicts of one person are alike.
    """
    n, events = int(np.sum(asked)), int(np.sum(asked & found))
    people = len(np.unique(looks.reviewer[asked]))
    lacking = _shortage(n, people, "of this kind")
    if lacking:
        return _refused(name, n, events, lacking)
    point = events / n
    half = _half_width((found[asked] - point) / n, looks.reviewer[asked], people)
    quantile = _quantile(people)
    effective = n if half == 0 else min(n, point * (1 - point) * (quantile / half) ** 2)
    low, high = _wilson(point, effective, quantile)
    return Estimate(
        name=name,
        estimate=point,
        low=low,
        high=high,
        method="wilson, clustered by reviewer",
        n=n,
        n_eff=effective,
        events=events,
    )


def _has_both_arms(looks: Looks, known: Bools) -> Bools:
    hidden = _several(looks.stratum[known & looks.hidden])
    shown = _several(looks.stratum[known & ~looks.hidden])
    return np.isin(looks.stratum, np.intersect1d(hidden, shown))


def _several(stratum: Ints) -> Ints:
    """The strata with more than one row."""
    strata, rows = np.unique(stratum, return_counts=True)
    return strata[rows > 1]


def _pooled(stratum: Ints, hidden: Bools, values: Floats) -> tuple[float, Floats]:
    """The pooled difference, and what each look moves it by around its own arm's mean."""
    parts = list(_arms(stratum, hidden))
    weights = np.array([len(s) * len(h) / (len(s) + len(h)) for s, h in parts])
    weights /= weights.sum()
    point, influence = 0.0, np.zeros(len(values))
    for weight, (shown, kept) in zip(weights, parts, strict=True):
        for rows, sign in ((shown, 1.0), (kept, -1.0)):
            mean = values[rows].mean()
            point += float(weight * sign * mean)
            # A few spread less around their own mean than around the true one.
            grown = np.sqrt(len(rows) / (len(rows) - 1))
            influence[rows] = weight * sign * (values[rows] - mean) * grown / len(rows)
    return point, influence


def _arms(stratum: Ints, hidden: Bools) -> Iterator[tuple[Ints, Ints]]:
    """The rows of each stratum that were shown everything, and those that were not."""
    for each in np.unique(stratum):
        inside = stratum == each
        yield np.flatnonzero(inside & ~hidden), np.flatnonzero(inside & hidden)


def _half_width(influence: Floats, reviewer: Ints, people: int) -> float:
    _, who = np.unique(reviewer, return_inverse=True)
    sums = np.bincount(who, weights=influence, minlength=people)
    clustered = people / (people - 1) * float(np.sum(sums**2))
    independent = float(np.sum(influence**2))
    return float(_quantile(people) * np.sqrt(max(clustered, independent)))


def _quantile(people: int) -> float:
    return float(stdtrit(people - 1, COVERED))


def _wilson(share: float, n: float, quantile: float) -> tuple[float, float]:
    square = quantile**2
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = quantile / (1 + square / n) * np.sqrt(share * (1 - share) / n + square / (4 * n**2))
    return max(float(middle - half), 0.0), min(float(middle + half), 1.0)


def _shortage(verdicts: int, people: int, which: str) -> str | None:
    if verdicts < LEAST_VERDICTS:
        return f"{count(verdicts, 'verdict')} {which} so far; this needs {LEAST_VERDICTS}."
    if people < LEAST_REVIEWERS:
        return f"{count(people, 'reviewer')} so far; this needs {LEAST_REVIEWERS}."
    return None


def _refused(name: str, n: int, events: int, sentence: str) -> Estimate:
    return Estimate(name, None, None, None, "none", n, None, events).refuse(sentence)
