"""Labelled transactions with a guaranteed probability, and the population they stand for."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scoring.domain.errors import Problem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# Cells with fewer labels are pooled with others of their side: a ratio of two small numbers
# would be biased.
POOL_BELOW = 10
# Cluster of unlabelled transactions whose clusters nobody counted.
UNCLUSTERED = -1


@dataclass(frozen=True)
class Population:
    """All transactions of the window by cell (a stratum, or a stratum within an outcome).

    `count`, `side` and `census` have shape (cells,). Cells of one side may stand in for each other
    where labels are few; sides never do: an approved transaction says nothing about a blocked one.
    A `census` cell holds transactions that all came to be known without a lot, such as frauds
    that somebody claimed: each counts once and stands for no other. `titles` says what a side
    holds.
    """

    count: Ints
    side: Ints
    titles: tuple[str, ...] = ("approved", "flagged")
    census: Bools | None = None

    @cached_property
    def drawn(self) -> Bools:
        """The cells that a lot was cast in, shape (cells,)."""
        census = np.zeros(len(self.count), dtype=bool) if self.census is None else self.census
        drawn: Bools = ~census
        return drawn


@dataclass(frozen=True)
class Unlabelled:
    """Transactions without a label, counted by cell and cluster; all shapes (groups,)."""

    cell: Ints
    cluster: Ints
    count: Ints


@dataclass(frozen=True)
class Sample:
    """Labelled transactions; every array has shape (n,).

    Attributes
    ----------
    fraud
        The resolved label.
    propensity
        Guaranteed probability of being labelled, in (0, 1].
    cell
        Index into `population`.
    cluster
        The attacked entity: transactions of one cluster are not independent.
    unlabelled
        The rest of the population by cluster. Without it the rest counts as independent.

    Raises
    ------
    Problem
        `propensity_out_of_range`, `more_labels_than_payments` in a cell, or `census_incomplete`
        where a census cell lacks a label or holds one that was drawn.
    """

    fraud: Bools
    propensity: Floats
    cell: Ints
    cluster: Ints
    population: Population
    unlabelled: Unlabelled | None = None

    def __post_init__(self) -> None:
        if not np.all((self.propensity > 0) & (self.propensity <= 1)):
            raise Problem("propensity_out_of_range", "Every propensity must lie in (0, 1].")
        if np.any(self.labels_by_cell > self.population.count):
            raise Problem(
                "more_labels_than_payments", "A stratum holds more labels than transactions."
            )
        self._refuse_incomplete_census()

    def _refuse_incomplete_census(self) -> None:
        known = ~self.population.drawn
        missing = self.labels_by_cell[known] != self.population.count[known]
        if np.any(missing) or np.any(self.propensity[known[self.cell]] < 1):
            raise Problem("census_incomplete", "A census knows all of its transactions for sure.")

    def __len__(self) -> int:
        return len(self.fraud)

    @cached_property
    def labels_by_cell(self) -> Ints:
        return np.bincount(self.cell, minlength=len(self.population.count)).astype(np.int64)

    @cached_property
    def pool_of_cell(self) -> Ints:
        """The pool of each cell, shape (cells,): itself, or one that several cells share."""
        pools = np.arange(len(self.population.count), dtype=np.int64)
        for side in np.unique(self.population.side):
            cells = np.flatnonzero((self.population.side == side) & self.population.drawn)
            small = cells[self.labels_by_cell[cells] < POOL_BELOW]
            pools[self._with_enough(small, cells)] = small[0] if len(small) else 0
        return pools

    def _with_enough(self, small: Ints, cells: Ints) -> Ints:
        """The small cells, and the smallest big one where they are too few together."""
        big = np.setdiff1d(cells, small)
        if not len(small) or not len(big) or self.labels_by_cell[small].sum() >= POOL_BELOW:
            return small
        return np.append(small, big[np.argmin(self.labels_by_cell[big])])

    @cached_property
    def pool(self) -> Ints:
        """The pool of each labelled transaction, shape (n,)."""
        return self.pool_of_cell[self.cell]

    @cached_property
    def weight(self) -> Floats:
        """How many transactions each labelled one stands for, shape (n,).

        1 / propensity, scaled within each pool to the number of transactions there. The scaling
        makes good for drawn transactions that nobody has labelled yet.
        """
        inverse = 1.0 / self.propensity
        size = len(self.population.count)
        transactions = np.bincount(self.pool_of_cell, weights=self.population.count, minlength=size)
        drawn = np.bincount(self.pool, weights=inverse, minlength=size)
        factor = np.divide(transactions, drawn, out=np.zeros(size), where=drawn > 0)
        weight: Floats = inverse * factor[self.pool]
        return weight

    def sides_without_labels(self) -> Ints:
        """Sides that hold transactions but no drawn label: nothing can be said about them."""
        side, drawn = self.population.side, self.population.drawn
        sides = np.unique(side[(self.population.count > 0) & drawn])
        return np.setdiff1d(sides, side[self.cell[drawn[self.cell]]]).astype(np.int64)
