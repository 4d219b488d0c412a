"""Intervals for totals of few weighted events, and for shares made of two of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2, poisson

from monitoring.domain.estimation.intervals import WeightedCount, gamma, logit, share_of_totals


def equal(events: int, weight: float = 1.0) -> WeightedCount:
    return WeightedCount(events * weight, events * weight**2, weight, events)


def test_no_event_bounds_the_total_at_three_weights() -> None:
    low, high = gamma(equal(0, weight=50.0))
    assert low == 0.0
    assert high == pytest.approx(50 * 2.9957, rel=1e-3)


@given(st.integers(1, 60), st.floats(0.5, 500))
def test_equal_weights_lie_inside_the_exact_poisson_interval(events, weight) -> None:
    low, high = gamma(equal(events, weight))
    exact_low = chi2.ppf(0.025, 2 * events) / 2 * weight
    exact_high = chi2.ppf(0.975, 2 * events + 2) / 2 * weight
    assert exact_low <= low * (1 + 1e-9) < events * weight < high <= exact_high * (1 + 1e-9)


@pytest.mark.parametrize("expected", [1.0, 3.0, 6.0, 12.0])
def test_the_gamma_interval_holds_the_expected_count_nineteen_times_in_twenty(expected) -> None:
    covered = sum(
        poisson.pmf(events, expected)
        for events in range(60)
        if gamma(equal(events))[0] <= expected <= gamma(equal(events))[1]
    )
    assert 0.91 <= covered <= 0.99


@given(st.integers(1, 200), st.integers(1, 200))
def test_the_share_of_two_totals_lies_inside_its_interval(part, rest) -> None:
    low, high = share_of_totals(equal(part), equal(rest))
    assert 0 < low < part / (part + rest) < high < 1


@given(st.integers(1, 100), st.integers(1, 100))
def test_part_and_rest_mirror_each_other(part, rest) -> None:
    low, high = share_of_totals(equal(part), equal(rest))
    other_low, other_high = share_of_totals(equal(rest), equal(part))
    assert (low, high) == pytest.approx((1 - other_high, 1 - other_low), rel=1e-6)


def test_without_a_rest_the_share_has_a_lower_bound_alone() -> None:
    low, high = share_of_totals(equal(400), equal(0, weight=100.0))
    assert high == 1.0
    assert low == pytest.approx(400 / 700, rel=0.05)


def test_an_unseen_heavy_weight_lowers_what_many_light_events_prove() -> None:
    light = WeightedCount(total=50, square=50, largest=1, labels=50)
    beside_heavy = WeightedCount(total=50, square=50, largest=200, labels=50)
    assert light.effective == 50
    assert beside_heavy.effective < 1
    assert gamma(beside_heavy)[1] > 5 * gamma(light)[1]


@given(st.floats(0.01, 0.99), st.floats(1e-6, 0.01))
def test_the_logit_interval_stays_inside_the_unit_interval(share, variance) -> None:
    low, high = logit(share, variance)
    assert 0 < low < share < high < 1
