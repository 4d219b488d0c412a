"""A share of a weighted sample, with the interval that the evidence at hand allows."""

from dataclasses import dataclass, replace

import numpy as np

from monitoring.domain.estimation import intervals
from monitoring.domain.estimation.estimate import Estimate
from monitoring.domain.estimation.intervals import Interval, WeightedCount
from monitoring.domain.estimation.sample import Bools, Sample
from monitoring.domain.estimation.variance import ratio_variance, weighted_count
from scoring.domain import wording
from scoring.domain.intervals import wilson_interval

# Below this many effective events on either side the logit interval covers too little.
LOGIT_FROM = 10


@dataclass(frozen=True)
class Share:
    """What is asked: `part` over `whole`, masks over the labelled transactions, shape (n,).

    Attributes
    ----------
    part_from, rest_from
        Transactions that could have been in `part`, or in `whole` outside it.
    sides
        Sides of the population that the answer needs labels from.
    carried_by
        The labels without which there is no answer; `noun` and `found` say what they are, as in
        "fraud", "found among approved payments".
    """

    name: str
    part: Bools
    whole: Bools
    part_from: Bools
    rest_from: Bools
    sides: tuple[int, ...]
    carried_by: Bools
    noun: str
    found: str

    @property
    def events(self) -> int:
        return int(self.carried_by.sum())


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a number must rest on to be given.

    `events` labels must carry it. An interval no wider than `narrow` is evidence enough by itself.
    Labels of unequal weight ask for no more: to refuse where a heavy one was found, and not where
    it was missed, would favour numbers that are too small. They widen the interval instead.
    """

    events: int = 1
    narrow: float = 0.0


ANY = Evidence()
# What is published. Fewer events are shown as bounds, not as a number; of eight that are expected,
# four are found in 96 windows of a hundred.
PUBLISHED = Evidence(events=4, narrow=0.01)


def estimate_share(sample: Sample, asked: Share, *, required: Evidence = ANY) -> Estimate:
    """The share, or a refusal where the evidence falls short of what is `required`."""
    blind = np.intersect1d(sample.sides_without_labels(), asked.sides)
    if len(blind):
        return _nothing(asked, _blindness(sample, tuple(int(side) for side in blind)))
    lack = shortage(asked.events, asked.noun, asked.found, required)
    if not asked.whole.any():
        return _nothing(asked, lack or f"not enough evidence: no {asked.noun} {asked.found}")
    part = weighted_count(sample, asked.part, asked.part_from)
    rest = weighted_count(sample, asked.whole & ~asked.part, asked.rest_from)
    found = _measure(sample, asked, part, rest)
    if lack is None or _width(found) <= required.narrow:
        return found
    return _one_sided(found, part, rest).refuse(lack)


def shortage(events: int, noun: str, found: str, required: Evidence) -> str | None:
    """What is missing, or None where so many `events` are enough.

    >>> shortage(3, "fraud", "found among approved payments", Evidence(4))
    'not enough evidence: 3 frauds found among approved payments, 4 are needed'
    """
    if events >= required.events:
        return None
    verb = "is" if required.events == 1 else "are"
    counted = f"{wording.count(events, noun)} {found}" if events else f"no {noun} {found}"
    return f"not enough evidence: {counted}, {required.events:,} {verb} needed"


def _width(found: Estimate) -> float:
    return 1.0 if found.low is None or found.high is None else found.high - found.low


def _measure(sample: Sample, asked: Share, part: WeightedCount, rest: WeightedCount) -> Estimate:
    share = part.total / (part.total + rest.total)
    variance = ratio_variance(sample, asked.part, asked.whole)
    method, (low, high) = _interval(sample, asked, part, rest, variance)
    return Estimate(
        name=asked.name,
        estimate=share,
        low=min(low, share),
        high=max(high, share),
        method=method,
        n=int(asked.whole.sum()),
        n_eff=_effective_size(sample, asked, share, variance),
        events=asked.events,
    )


def _interval(
    sample: Sample, asked: Share, part: WeightedCount, rest: WeightedCount, variance: float
) -> tuple[str, Interval]:
    if _is_simple_random(sample, asked):
        return "wilson", wilson_interval(part.labels, part.labels + rest.labels)
    if min(part.effective, rest.effective) >= LOGIT_FROM:
        return "logit", intervals.logit(part.total / (part.total + rest.total), variance)
    return "gamma", intervals.share_of_totals(part, rest)


def _is_simple_random(sample: Sample, asked: Share) -> bool:
    """Whether all labels weigh the same and none shares its cluster with another.

    All that could have been in `whole`, not only those that were: a missed fraud that was not
    found would have weighed what its neighbours weigh.
    """
    if not asked.part_from.any():
        return False
    weight = sample.weight[asked.part_from | asked.rest_from]
    clusters = sample.cluster[asked.whole]
    return bool(np.allclose(weight, weight[0])) and len(np.unique(clusters)) == len(clusters)


def _effective_size(sample: Sample, asked: Share, share: float, variance: float) -> float:
    if variance > 0 and 0 < share < 1:
        return share * (1 - share) / variance
    weight = sample.weight[asked.whole]
    return float(weight.sum() ** 2 / (weight @ weight))


def _one_sided(found: Estimate, part: WeightedCount, rest: WeightedCount) -> Estimate:
    """Without any event on one side only the other bound says something."""
    return replace(
        found,
        low=found.low if part.labels else None,
        high=found.high if rest.labels else None,
    )


def _blindness(sample: Sample, blind: tuple[int, ...]) -> str:
    cells = np.isin(sample.population.side, blind) & sample.population.drawn
    without = int(sample.population.count[cells].sum())
    titles = " or ".join(sample.population.titles[side] for side in blind)
    return f"not enough evidence: no label among {wording.count(without, f'{titles} payment')}"


def _nothing(asked: Share, sentence: str) -> Estimate:
    return Estimate(
        name=asked.name,
        estimate=None,
        low=None,
        high=None,
        method="none",
        n=int(asked.whole.sum()),
        n_eff=None,
        events=asked.events,
        refused=sentence,
    )
