"""Linearised variance of a ratio of two weighted totals, clustered by entity."""

import numpy as np

from monitoring.domain.estimation.intervals import WeightedCount
from monitoring.domain.estimation.sample import UNCLUSTERED, Bools, Floats, Ints, Sample, Unlabelled


def ratio_variance(sample: Sample, part: Bools, whole: Bools) -> float:
    """Variance of sum(w part) / sum(w whole) as an estimate of what the process does.

    The window itself counts as drawn from that process (superpopulation), so a window in which
    every transaction is labelled still has a variance. Each transaction contributes the mean
    residual of its pool, and a labelled one its own deviation from it, weighted; contributions
    are added within a cluster before they are squared.
    """
    weight = sample.weight
    total = float(weight @ whole)
    share = float(weight @ part) / total
    residual = (part - share * whole) / total
    mean = _pool_means(sample, residual)
    deviation = (residual - mean[sample.pool]) * _small_pool_correction(sample)
    own = mean[sample.pool] + weight * deviation
    if sample.unlabelled is None:
        return _independent(sample, own, mean) + _shared(sample, weight * residual)
    # As in `_shared`: clusters that seem to help are luck, or their number was fixed beforehand.
    return max(_independent(sample, own, mean), _clustered(sample, sample.unlabelled, own, mean))


def weighted_count(sample: Sample, events: Bools, eligible: Bools) -> WeightedCount:
    """The total of `events`; `eligible` are the labelled ones that could have been events.

    An event that was not seen stands for one transaction at least.
    """
    by_cluster = cluster_sums(sample.cluster, sample.weight * events)
    largest = float(np.max(sample.weight, where=eligible, initial=1.0))
    return WeightedCount(
        total=float(by_cluster.sum()),
        square=float(by_cluster @ by_cluster),
        largest=max(largest, float(by_cluster.max(initial=0.0))),
        labels=int(events.sum()),
    )


def cluster_sums(cluster: Ints, values: Floats) -> Floats:
    """The sum of `values` within each cluster, shape (clusters,)."""
    if not len(values):
        return np.zeros(0)
    _, index = np.unique(cluster, return_inverse=True)
    sums: Floats = np.bincount(index, weights=values).astype(np.float64)
    return sums


def _pool_means(sample: Sample, residual: Floats) -> Floats:
    size = len(sample.population.count)
    sums = np.bincount(sample.pool, weights=sample.weight * residual, minlength=size)
    totals = np.bincount(sample.pool, weights=sample.weight, minlength=size)
    means: Floats = np.divide(sums, totals, out=np.zeros(size), where=totals > 0)
    return means


def _small_pool_correction(sample: Sample) -> Floats:
    labels = np.bincount(sample.pool, minlength=len(sample.population.count))[sample.pool]
    correction: Floats = np.sqrt(labels / np.maximum(labels - 1, 1))
    return correction


def _independent(sample: Sample, own: Floats, mean: Floats) -> float:
    """What all transactions would contribute if none shared its cluster."""
    rest = sample.population.count - sample.labels_by_cell
    return _squared(own) + float(rest @ mean[sample.pool_of_cell] ** 2)


def _shared(sample: Sample, weighted: Floats) -> float:
    """What clusters add, estimated from their pairs of labelled transactions.

    A pair stands for all pairs like it, those included of which one or both have no label, since
    coins are independent. Luck may make the sum negative; clusters never help.
    """
    sums = cluster_sums(sample.cluster, weighted)
    return max(0.0, float(sums @ sums - weighted @ weighted))


def _clustered(sample: Sample, unlabelled: Unlabelled, own: Floats, mean: Floats) -> float:
    """Sum over clusters of squared sums, over labelled and unlabelled transactions."""
    loose = unlabelled.cluster == UNCLUSTERED
    share = mean[sample.pool_of_cell[unlabelled.cell]] * unlabelled.count
    independent = float((share[loose] ** 2 / unlabelled.count[loose]).sum())
    clusters = np.concatenate([sample.cluster, unlabelled.cluster[~loose]])
    sums = cluster_sums(clusters, np.concatenate([own, share[~loose]]))
    return _squared(sums) + independent


def _squared(sums: Floats) -> float:
    count = len(sums)
    return float(sums @ sums) * count / max(count - 1, 1)
