"""Which payments teach a model most."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.domain.learning import Lesson, even_probability, is_uncertain, lesson
from scoring.domain.features import parse_feature_set
from scoring.domain.policy import Costs

COSTS = Costs()
HUNDRED = Decimal(100)
SET = parse_feature_set(
    """
name = "small"
features = [
  { name = "amount", kind = "amount" },
  { name = "day", kind = "window", entity = "customer_id", aggregate = "count", window = "1d" },
  { name = "month", kind = "window", entity = "customer_id", aggregate = "count", window = "30d" },
  { name = "far", kind = "window", entity = "card_id", aggregate = "amount_ratio", window = "30d" },
  { name = "busy", kind = "window", entity = "merchant_id", aggregate = "count", window = "90d" },
]
"""
)
OLD_CUSTOMER = [100.0, 1.0, 40.0, 1.2, 9000.0]


def what(probability: float | None = 0.7, values: list[float] = OLD_CUSTOMER) -> Lesson | None:
    return lesson(
        probability=probability,
        amount=HUNDRED,
        thresholds=(0.3, 0.9),
        costs=COSTS,
        feature_set=SET,
        values=values,
    )


def test_an_ordinary_payment_teaches_nothing_special() -> None:
    assert what() is None


@pytest.mark.parametrize("probability", [0.25, 0.3, 0.36, 0.88, 0.92])
def test_a_score_near_a_threshold_is_uncertain(probability: float) -> None:
    assert what(probability) is Lesson.UNCERTAIN


def test_a_score_where_both_errors_cost_the_same_is_uncertain() -> None:
    even = even_probability(HUNDRED, COSTS)
    assert even == pytest.approx(20 / 140)
    assert is_uncertain(even, HUNDRED, (), COSTS)
    assert not is_uncertain(0.5, HUNDRED, (), COSTS)


@given(st.floats(0.02, 0.98), st.floats(0.02, 0.98))
def test_near_means_the_same_from_both_sides(one: float, other: float) -> None:
    free = Costs(*[Decimal(0)] * 6)
    assert is_uncertain(one, HUNDRED, [other], free) == is_uncertain(other, HUNDRED, [one], free)


@pytest.mark.parametrize("earlier", [0, 1, 2])
def test_few_earlier_payments_are_novel(earlier: int) -> None:
    assert what(values=[100.0, 1.0, 1.0 + earlier, math.nan, 9000.0]) is Lesson.NOVEL


def test_the_longest_window_counts() -> None:
    assert what(values=[100.0, 1.0, 4.0, math.nan, 1.0]) is None


def test_an_amount_far_from_the_mean_is_novel() -> None:
    assert what(values=[100.0, 1.0, 40.0, 10.0, 9000.0]) is Lesson.NOVEL


def test_without_a_score_or_counted_history_nothing_is_known() -> None:
    assert what(None, [100.0, math.nan, math.nan, math.nan, 9000.0]) is None
    nothing = lesson(
        probability=None, amount=HUNDRED, thresholds=(), costs=COSTS, feature_set=None, values=()
    )
    assert nothing is None
