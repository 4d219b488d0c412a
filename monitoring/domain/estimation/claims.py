"""What claims prove where audits speak for all frauds: never fewer than somebody claimed.

A chargeback or a fraud report finds a fraud without a lot, so it may count once beside audits that
then stand for unclaimed frauds alone. That holds as long as audits leave claims as they are. An
audit that gives the money back also takes the reason to complain: of its frauds nobody knows
whether they would have been claimed, and counting them for the unclaimed ones while their
twins, whom no audit met, count among the claimed ones would count these twice. There the audits
stand for all frauds, claimed or not, and the claims are a floor under what they find.
"""

from dataclasses import dataclass, replace

import numpy as np

from monitoring.domain.estimation import intervals
from monitoring.domain.estimation.estimate import Estimate
from monitoring.domain.estimation.intervals import WeightedCount
from monitoring.domain.estimation.sample import Floats, Ints
from monitoring.domain.estimation.variance import cluster_sums


@dataclass(frozen=True)
class ClaimedFrauds:
    """Frauds among approved transactions that somebody claimed; `amount` is their sum."""

    count: WeightedCount
    amount: float

    @classmethod
    def of(cls, cluster: Ints, amount: Floats) -> "ClaimedFrauds":
        """From the cluster and the amount of each, shapes (frauds,)."""
        sizes = cluster_sums(cluster, np.ones(len(cluster)))
        count = WeightedCount(
            total=float(len(cluster)),
            square=float(sizes @ sizes),
            largest=max(1.0, float(sizes.max(initial=0.0))),
            labels=len(cluster),
        )
        return cls(count, float(amount.sum()))


def cap_recall(found: Estimate, flagged: WeightedCount, claimed: ClaimedFrauds) -> Estimate:
    """Recall that misses at least the claimed frauds; `flagged` are the frauds that it caught."""
    if not claimed.count.labels or not flagged.labels:
        return found
    ceiling = flagged.total / (flagged.total + claimed.count.total)
    low, high = intervals.share_of_totals(flagged, claimed.count)
    return replace(
        found,
        estimate=_at_most(found.estimate, ceiling),
        low=None if found.low is None else min(found.low, low),
        # Where audits say nothing, more frauds than the claimed ones may be missing.
        high=high if found.high is None else min(found.high, high),
        method="gamma" if found.method == "none" else found.method,
    )


def raise_prevalence(
    found: Estimate, transactions: int, flagged: WeightedCount, claimed: ClaimedFrauds
) -> Estimate:
    """Prevalence of at least the claimed frauds and the `flagged` ones."""
    if not claimed.count.labels:
        return found
    count = _together(flagged, claimed.count)
    low, high = (bound / transactions for bound in intervals.gamma(count))
    return replace(
        found,
        estimate=_at_least(found.estimate, count.total / transactions),
        low=low if found.low is None else max(found.low, low),
        high=None if found.high is None else max(found.high, high),
        method="gamma" if found.method == "none" else found.method,
    )


def raise_amount(found: Estimate, claimed: ClaimedFrauds) -> Estimate:
    """Missed fraud of at least the claimed amount, which this window did lose."""
    if not claimed.count.labels:
        return found
    return replace(
        found,
        estimate=_at_least(found.estimate, claimed.amount),
        low=max(found.low or 0.0, claimed.amount),
        high=None if found.high is None else max(found.high, claimed.amount),
        method="gamma" if found.method == "none" else found.method,
    )


def _together(one: WeightedCount, other: WeightedCount) -> WeightedCount:
    return WeightedCount(
        total=one.total + other.total,
        square=one.square + other.square,
        largest=max(one.largest, other.largest),
        labels=one.labels + other.labels,
    )


def _at_most(value: float | None, bound: float) -> float | None:
    return None if value is None else min(value, bound)


def _at_least(value: float | None, bound: float) -> float | None:
    return None if value is None else max(value, bound)
