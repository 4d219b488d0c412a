"""Card precision: cards, not payments, and no card is found twice."""

import numpy as np
import pytest

from monitoring.domain.evaluation import card_precision_at


def precision(rows, checked=2):
    """`rows` are (day, card, label, score)."""
    days, cards, labels, scores = (np.array(column) for column in zip(*rows, strict=True))
    return card_precision_at(
        labels.astype(np.int8), scores.astype(float), cards, days, checked=checked
    )


def test_the_highest_score_of_a_card_counts():
    rows = [(0, 1, 0, 0.1), (0, 1, 1, 0.9), (0, 2, 0, 0.5), (0, 3, 0, 0.4)]
    assert precision(rows) == pytest.approx(0.5)


def test_a_card_counts_as_found_when_any_of_its_payments_is_fraud():
    rows = [(0, 1, 1, 0.1), (0, 1, 0, 0.9), (0, 2, 0, 0.5), (0, 3, 0, 0.4)]
    assert precision(rows) == pytest.approx(0.5)


def test_a_card_found_yesterday_is_not_checked_today():
    rows = [
        (0, 1, 1, 0.9), (0, 2, 0, 0.8), (0, 3, 0, 0.1),
        (1, 1, 1, 0.9), (1, 2, 0, 0.8), (1, 3, 1, 0.1),
    ]  # fmt: skip
    assert precision(rows) == pytest.approx((1 / 2 + 1 / 2) / 2)


def test_a_compromised_card_that_was_missed_stays_in_play():
    rows = [
        (0, 1, 1, 0.1), (0, 2, 0, 0.8), (0, 3, 0, 0.7),
        (1, 1, 1, 0.9), (1, 2, 0, 0.8),
    ]  # fmt: skip
    assert precision(rows) == pytest.approx((0 + 1 / 2) / 2)


def test_checking_more_cards_than_there_are_lowers_the_share():
    assert precision([(0, 1, 1, 0.9)], checked=100) == pytest.approx(0.01)


def test_no_rows_no_precision():
    empty = np.zeros(0)
    assert card_precision_at(empty.astype(np.int8), empty, empty.astype(int), empty) == 0
