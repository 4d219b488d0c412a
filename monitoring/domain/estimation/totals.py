"""How many transactions, and how much money, a kind of transaction stands for in the window."""

from dataclasses import dataclass

import numpy as np

from monitoring.domain.estimation import intervals
from monitoring.domain.estimation.estimate import Estimate
from monitoring.domain.estimation.intervals import WeightedCount
from monitoring.domain.estimation.sample import Bools, Floats, Sample
from monitoring.domain.estimation.shares import ANY, Evidence, shortage

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

    What happened in this window (finite population): labelled transactions are simply added, and
    those that they stand for besides get Fay and Feuer's interval.
    """
    seen = float((np.minimum(sample.weight, 1.0) * asked.value) @ asked.events)
    count = _unseen_worth(sample, asked)
    low, high = intervals.gamma(count)
    total, unsure = seen + count.total, count.square + count.largest**2
    events = int(asked.events.sum())
    estimate = Estimate(
        name=asked.name,
        estimate=total,
        low=seen + low,
        high=seen + high,
        method="gamma" if unsure else "count",
        n=int(asked.eligible.sum()),
        n_eff=None,
        events=events,
    )
    lack = shortage(events, asked.noun, asked.found, required) if unsure else None
    return estimate.refuse(lack) if lack else estimate


def _unseen_worth(sample: Sample, asked: Total) -> WeightedCount:
    """What labelled events stand for besides themselves.

    A coin of probability 1 / w has the variance w (w - 1) as an estimate of how many there are, and
    coins of one cluster are independent. An event of which none was seen is worth the root mean
    square of the eligible ones.
    """
    others = np.where(sample.weight > CENSUS, sample.weight - 1.0, 0.0)
    variance = others * sample.weight * asked.value**2
    unseen = variance[asked.eligible & (others > 0)]
    return WeightedCount(
        total=float((others * asked.value) @ asked.events),
        square=float(variance @ asked.events),
        largest=float(np.sqrt(np.mean(unseen))) if len(unseen) else 0.0,
        labels=int((asked.events & (others > 0)).sum()),
    )


def transactions(sample: Sample, events: Bools) -> float:
    """Estimated number of transactions of the window that are `events`."""
    return float(sample.weight @ events)
