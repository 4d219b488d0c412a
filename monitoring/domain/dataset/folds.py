"""The folds of the handbook's protocol, and the cards that its tests no longer look at."""

from dataclasses import dataclass

import numpy as np

from monitoring.domain.dataset.payments import Booleans, Codes, Integers


@dataclass(frozen=True, slots=True)
class Fold:
    """One train and test pair of the handbook's protocol, in whole days since some origin."""

    train_start: int
    train_days: int
    delay_days: int
    test_days: int

    @property
    def test_start(self) -> int:
        """The first test day."""
        return self.train_start + self.train_days + self.delay_days

    def train(self, days: Codes) -> Booleans:
        """Which rows (n,) train."""
        mask: Booleans = (days >= self.train_start) & (days < self.train_start + self.train_days)
        return mask

    def test(self, days: Codes) -> Booleans:
        """Which rows (n,) test, before compromised cards are dropped."""
        mask: Booleans = (days >= self.test_start) & (days < self.test_start + self.test_days)
        return mask


def drop_known_compromised(fold: Fold, days: Codes, cards: Codes, labels: Integers) -> Booleans:
    """Which rows (n,) test when cards that were known by then are no longer looked at.

    For test day k those with a fraud in the training days, and those with one on the last training
    day or on the k days after it: what a delayed label has told by then.
    """
    fraud = labels == 1
    known = np.unique(cards[fraud & fold.train(days)])
    keep = np.zeros(len(days), dtype=bool)
    for k in range(fold.test_days):
        learned = fold.train_start + fold.train_days + k - 1
        known = np.union1d(known, cards[fraud & (days == learned)])
        keep |= (days == fold.test_start + k) & ~np.isin(cards, known)
    return keep
