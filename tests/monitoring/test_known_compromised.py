"""The handbook's rule: a card that is known to be compromised is no longer looked at."""

import numpy as np

from monitoring.domain.dataset import Fold, drop_known_compromised

FOLD = Fold(train_start=10, train_days=3, delay_days=4, test_days=3)  # test days 17, 18, 19


def remaining(rows):
    """Which (day, card) of `rows`, (day, card, label), remain in the test."""
    days, cards, labels = (np.array(column) for column in zip(*rows, strict=True))
    keep = drop_known_compromised(FOLD, days, cards, labels.astype(np.int8))
    return [(int(day), int(card)) for day, card in zip(days[keep], cards[keep], strict=True)]


def test_a_card_compromised_in_training_is_dropped_from_every_test_day():
    assert remaining([(11, 1, 1), (17, 1, 0), (18, 1, 1), (18, 2, 0)]) == [(18, 2)]


def test_a_card_compromised_before_the_training_is_still_remaining():
    assert remaining([(9, 1, 1), (17, 1, 1)]) == [(17, 1)]


def test_a_fraud_of_the_delay_is_known_later():
    rows = [(13, 1, 1), (17, 1, 0), (18, 1, 0), (19, 1, 0)]
    assert remaining(rows) == [(17, 1)]


def test_frauds_of_later_delay_days_stay_unknown():
    rows = [(15, 1, 1), (17, 1, 0), (18, 1, 0), (19, 1, 0)]
    assert remaining(rows) == [(17, 1), (18, 1), (19, 1)]


def test_a_fraud_within_the_test_does_not_drop_its_card():
    assert remaining([(17, 1, 1), (18, 1, 1)]) == [(17, 1), (18, 1)]


def test_only_test_days_are_remaining():
    assert remaining([(12, 1, 0), (13, 1, 0), (16, 1, 0), (17, 1, 0), (20, 1, 0)]) == [(17, 1)]
