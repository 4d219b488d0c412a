"""How many transactions, and how much money, a kind of transaction stands for in the window."""

from dataclasses import dataclass

import numpy as np

from monitoring.domain.estimation import intervals
from monitoring.domain.estimation.estimate import Estimate
from monitoring.domain.estimation.intervals import WeightedCount
from monitoring.domain.estimation.sample import Bools, Floats, Sample
from monitoring.domain.estimation.shares import ANY, Evidence, shortage
from monitoring.domain.estimation.variance import cluster_sums

# A weight this close to one stands for the transaction itself.
CENSUS = 1.0 + 1e-9


@dataclass(frozen=True)
class Total:
    """What is asked: the sum of `value` over `events`; masks and values of shape (n,).

    `eligible` are the labelled transactions that could have been events; `noun` and `found` say
    what an event is, as in "fraud", "found declined".
    """

    name: str
    events: Bools
    eligible: Bools
    value: Floats
    noun: str
    found: str


def estimate_total(sample: Sample, asked: Total, *, required: Evidence = ANY) -> Estimate:
    """The sum over all transactions of the window, or a refusal where the evidence falls short.

    What happened in this window (finite population): transactions that are all labelled are
    simply added, the others get Fay and Feuer's interval.
    """
    sampled = sample.weight > CENSUS
    exact = float(asked.value @ (asked.events & ~sampled))
    count = _sampled_worth(sample, asked, sampled)
    low, high = intervals.gamma(count)
    total, unsure = exact + count.total, count.square + count.largest**2
    events = int(asked.events.sum())
    estimate = Estimate(
        name=asked.name,
        estimate=total,
        low=exact + low,
        high=exact + high,
        method="gamma" if unsure else "count",
        n=int(asked.eligible.sum()),
        n_eff=None,
        events=events,
    )
    lack = shortage(events, asked.noun, asked.found, required) if unsure else None
    return estimate.refuse(lack) if lack else estimate


def _sampled_worth(sample: Sample, asked: Total, sampled: Bools) -> WeightedCount:
    """The sampled part; an unseen event is worth the root mean square of the eligible ones."""
    worth = sample.weight * asked.value
    unseen = worth[asked.eligible & sampled]
    sums = cluster_sums(sample.cluster, worth * (asked.events & sampled))
    return WeightedCount(
        total=float(sums.sum()),
        square=float(sums @ sums),
        largest=float(np.sqrt(np.mean(unseen**2))) if len(unseen) else 0.0,
        labels=int((asked.events & sampled).sum()),
    )


def transactions(sample: Sample, events: Bools) -> float:
    """Estimated number of transactions of the window that are `events`."""
    return float(sample.weight @ events)
