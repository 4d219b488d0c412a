"""What a pair of thresholds does to scored rows, and what that costs."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int8]
Booleans = NDArray[np.bool_]
Positions = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class TestRows:
    """Rows (n,) that no part of a model has seen, with what a wrong outcome of each costs.

    `missed_losses`: fraud that was approved. `wrongful_losses`: legitimate, but blocked.
    `review_cost`: one look. All in the reporting currency. `weights`: how many payments each stands
    for; without them each stands for itself.
    """

    # Pytest collects by name: this is not a test.
    __test__ = False

    labels: Integers
    missed_losses: Floats
    wrongful_losses: Floats
    review_cost: float
    weights: Floats | None = None

    @property
    def counts(self) -> Floats:
        """How many payments each row (n,) stands for."""
        return np.ones(len(self.labels)) if self.weights is None else self.weights

    def where(self, mask: Booleans) -> "TestRows":
        """The rows for which `mask` (n,) is true."""
        return TestRows(
            self.labels[mask],
            self.missed_losses[mask],
            self.wrongful_losses[mask],
            self.review_cost,
            self.counts[mask],
        )


@dataclass(frozen=True, eq=False)
class Operation:
    """Scores (n,) of one model on test rows, and the thresholds it would decide with."""

    rows: TestRows
    margins: Floats
    probabilities: Floats
    review_threshold: float | None
    block_threshold: float | None

    def where(self, mask: Booleans) -> "Operation":
        """The same on the rows for which `mask` (n,) is true."""
        return Operation(
            self.rows.where(mask),
            self.margins[mask],
            self.probabilities[mask],
            self.review_threshold,
            self.block_threshold,
        )

    @cached_property
    def blocked(self) -> Booleans:
        """Which rows would be blocked."""
        return self._from(self.block_threshold)

    @cached_property
    def flagged(self) -> Booleans:
        """Which rows would be blocked or reviewed."""
        return self._from(self.review_threshold) | self.blocked

    @cached_property
    def reviewed(self) -> Booleans:
        """Which rows would be reviewed."""
        return self.flagged & ~self.blocked

    @cached_property
    def costs(self) -> Floats:
        """What each row costs: missed fraud, a wrongful decline, or the look that prevents both."""
        fraud = self.rows.labels == 1
        missed = np.where(fraud & ~self.flagged, self.rows.missed_losses, 0.0)
        wrongful = np.where(~fraud & self.blocked, self.rows.wrongful_losses, 0.0)
        looks = self.rows.review_cost * self.reviewed.astype(np.float64)
        return np.asarray(missed + wrongful + looks, dtype=np.float64)

    @cached_property
    def order(self) -> Positions:
        """Rows by falling margin."""
        return np.argsort(-self.margins, kind="stable")

    def _from(self, threshold: float | None) -> Booleans:
        if threshold is None:
            return np.zeros(len(self.probabilities), dtype=bool)
        return self.probabilities >= threshold


def always_approve(rows: TestRows) -> Operation:
    """The baseline that approves everything."""
    nothing = np.zeros(len(rows.labels))
    return Operation(rows, nothing, nothing, None, None)
