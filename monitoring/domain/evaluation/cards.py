"""What a team sees that checks the same number of cards every day."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int8]
Codes = NDArray[np.int64]


def card_precision_at(
    labels: Integers, scores: Floats, cards: Codes, days: Codes, *, checked: int = 100
) -> float:
    """The share of truly compromised cards among the `checked` highest-scored ones, a day's mean.

    A card's score is its highest of the day. A card found on an earlier day is not checked again,
    so even a perfect ranking stays below 1 where fewer cards are compromised. 0 without rows.

    >>> card_precision_at(
    ...     np.array([1, 0, 0], np.int8), np.array([0.9, 0.2, 0.1]),
    ...     np.array([7, 8, 9]), np.array([0, 0, 0]), checked=2,
    ... )
    0.5
    """
    found: Codes = np.empty(0, dtype=np.int64)
    shares = []
    for day in np.unique(days):
        today = (days == day) & ~np.isin(cards, found)
        hits = _compromised(labels[today], scores[today], cards[today], checked)
        shares.append(len(hits) / checked)
        found = np.concatenate([found, hits])
    return float(np.mean(shares)) if shares else 0.0


def _compromised(labels: Integers, scores: Floats, cards: Codes, checked: int) -> Codes:
    """The compromised cards among the `checked` highest-scored cards of one day."""
    names, place = np.unique(cards, return_inverse=True)
    highest = np.full(len(names), -np.inf)
    np.maximum.at(highest, place, scores)
    compromised = np.zeros(len(names), dtype=np.int8)
    np.maximum.at(compromised, place, labels)
    top = np.argsort(-highest, kind="stable")[:checked]
    return np.asarray(names[top][compromised[top] == 1], dtype=np.int64)
