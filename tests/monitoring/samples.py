"""Small labelled samples built by hand, and a simulated population with a known truth."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from monitoring.domain.estimation import Population, Sample, Unlabelled

APPROVED, FLAGGED = 0, 1


def sample_of(
    rows: Sequence[tuple[int, bool, float, int]],
    *,
    count: Sequence[int],
    side: Sequence[int],
    clusters: Sequence[int] | None = None,
) -> Sample:
    """A sample from (cell, fraud, propensity, how many) rows; clusters are single by default."""
    cell, fraud, propensity, times = (np.array(column) for column in zip(*rows, strict=True))
    labels = int(times.sum())
    return Sample(
        fraud=np.repeat(fraud, times).astype(bool),
        propensity=np.repeat(propensity, times).astype(float),
        cell=np.repeat(cell, times).astype(np.int64),
        cluster=np.arange(labels) if clusters is None else np.asarray(clusters),
        population=Population(np.array(count), np.array(side)),
    )


def flagged_of(sample: Sample) -> np.ndarray:
    return sample.population.side[sample.cell] == FLAGGED


@dataclass(frozen=True)
class World:
    """A population with fraud shares by stratum: three approved ones, then two flagged ones."""

    sizes: tuple[int, ...] = (60_000, 25_000, 10_000, 4_000, 1_000)
    shares: tuple[float, ...] = (0.0005, 0.004, 0.02, 0.15, 0.6)
    propensities: tuple[float, ...] = (0.01, 0.03, 0.1, 1.0, 0.2)
    sides: tuple[int, ...] = (APPROVED, APPROVED, APPROVED, FLAGGED, FLAGGED)

    def draw(self, rng: np.random.Generator, cluster_size: int = 1) -> Sample:
        """One window of this world, its labels drawn by Poisson coins."""
        stratum = np.repeat(np.arange(5), self.sizes)
        cluster = np.arange(len(stratum)) // cluster_size
        # A cluster shares its luck: all of its members are fraud or none is.
        luck = rng.random(cluster[-1] + 1)[cluster]
        fraud = luck < np.array(self.shares)[stratum]
        propensity = np.array(self.propensities)[stratum]
        labelled = rng.random(len(stratum)) < propensity
        rest = ~labelled
        return Sample(
            fraud=fraud[labelled],
            propensity=propensity[labelled],
            cell=stratum[labelled],
            cluster=cluster[labelled],
            population=Population(np.array(self.sizes), np.array(self.sides)),
            unlabelled=Unlabelled(stratum[rest], cluster[rest], np.ones(rest.sum(), dtype=int)),
        )

    def truth(self) -> dict[str, float]:
        """The four shares in expectation."""
        sizes, shares = np.array(self.sizes), np.array(self.shares)
        flagged = np.array(self.sides) == FLAGGED
        frauds, honest = sizes * shares, sizes * (1 - shares)
        return {
            "prevalence": frauds.sum() / sizes.sum(),
            "precision": frauds[flagged].sum() / sizes[flagged].sum(),
            "recall": frauds[flagged].sum() / frauds.sum(),
            "fpr": honest[flagged].sum() / honest.sum(),
        }


def vectors_around(scale: float, count: int, width: int = 15, seed: int = 0) -> np.ndarray:
    """Feature vectors (count, width) of positive values with a long tail."""
    return np.random.default_rng(seed).gamma(2.0, scale, size=(count, width)).astype(np.float32)
