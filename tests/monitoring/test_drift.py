"""Drift of one feature: an effect, and enough payments to show it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from monitoring.domain.dashboards import DriftStatus
from monitoring.domain.drift import compare, hour_of_week, matching_weights, status_of
from monitoring.domain.drift.bins import category_bins, picture_bins, quantile_bins, short
from monitoring.domain.drift.distance import (
    chance,
    jensen_shannon,
    kolmogorov_smirnov,
    population_stability,
    weighted_median,
)

VALUES = arrays(
    np.float64,
    st.integers(1, 200),
    elements=st.one_of(st.floats(-1e6, 1e6), st.sampled_from([0.0, 1.0, np.nan])),
)
HISTOGRAMS = arrays(np.float64, 6, elements=st.integers(0, 5_000).map(float))


def amounts(n, shift=0.0, seed=0):
    return np.random.default_rng(seed).lognormal(3.5 + shift, 0.8, n)


def against(reference, current, **options):
    return compare(reference, np.ones(len(reference)), current, **options)


@given(VALUES)
def test_the_index_of_a_sample_with_itself_is_zero(values) -> None:
    found = against(values, values)
    assert found.psi == 0.0
    assert found.jensen_shannon == pytest.approx(0.0, abs=1e-6)
    assert found.ks in (0.0, None)


@given(HISTOGRAMS, HISTOGRAMS)
def test_the_index_is_never_negative_and_has_no_direction(before, now) -> None:
    index = population_stability(before, now)
    assert index >= 0
    assert index == pytest.approx(population_stability(now, before))
    assert 0 <= jensen_shannon(before, now) <= 1


@given(VALUES, VALUES)
def test_bins_come_from_the_reference_alone(reference, current) -> None:
    assert against(reference, current).edges == quantile_bins(reference).edges


@given(VALUES)
def test_every_value_falls_into_one_bin_and_missing_ones_into_the_last(values) -> None:
    bins = quantile_bins(values)
    counts = bins.weigh(values, np.ones(len(values)))
    assert counts.sum() == len(values)
    assert counts[-1] == np.isnan(values).sum()
    assert list(bins.edges) == sorted(set(bins.edges))


def test_quantile_bins_hold_about_equal_shares_of_the_reference() -> None:
    values = amounts(10_000)
    counts = quantile_bins(values).weigh(values, np.ones(10_000))
    assert counts[:-1] == pytest.approx(np.full(10, 1_000), abs=5)


def test_a_value_that_fills_a_bin_stands_alone() -> None:
    values = np.concatenate([np.zeros(800), np.arange(1.0, 201.0)])
    counts = quantile_bins(values).weigh(values, np.ones(1_000))
    assert counts[0] == 800


def test_a_constant_reference_still_sees_new_values() -> None:
    found = against(np.zeros(1_000), np.ones(1_000))
    assert found.status == DriftStatus.DRIFTED


def test_the_bins_of_an_earlier_report_are_used_again() -> None:
    reference = amounts(5_000)
    found = against(reference, amounts(5_000, seed=1), edges=[10.0, 100.0])
    assert found.edges == (10.0, 100.0)


def test_a_third_of_the_amount_more_is_seen() -> None:
    found = against(amounts(20_000), amounts(5_000, shift=0.45, seed=1))
    assert found.status == DriftStatus.DRIFTED
    assert found.ks > 0.15
    assert found.current_median == pytest.approx(found.reference_median * np.exp(0.45), rel=0.1)


def test_a_small_sample_is_not_enough_data_whatever_it_looks_like() -> None:
    found = against(amounts(20_000), amounts(60, shift=1.0, seed=1))
    assert found.psi > 0.25
    assert found.status == DriftStatus.NOT_ENOUGH_DATA


def test_hardly_any_known_value_is_not_enough_data() -> None:
    current = np.full(10_000, np.nan)
    current[:87] = amounts(87, seed=1)
    reference = np.full(50_000, np.nan)
    reference[:450] = amounts(450)
    found = against(reference, current)
    assert (found.n_current, found.missing_share) == (87, pytest.approx(0.9913))
    assert found.status == DriftStatus.NOT_ENOUGH_DATA


def test_values_that_go_missing_are_drift() -> None:
    current = amounts(5_000, seed=1)
    current[:4_950] = np.nan
    assert against(amounts(20_000), current).status == DriftStatus.DRIFTED


def test_without_payments_nothing_is_said() -> None:
    found = against(amounts(100), np.zeros(0))
    assert (found.psi, found.noise, found.missing_share) == (None, None, None)
    assert found.status == DriftStatus.NOT_ENOUGH_DATA


@pytest.mark.parametrize("size", [300, 3_000])
def test_chance_alone_reaches_its_limit_about_once_in_a_hundred(size) -> None:
    rng = np.random.default_rng(4)
    shares = np.full(11, 1 / 11)
    limit = chance(11, 20_000, size)
    indices = [
        population_stability(
            rng.multinomial(20_000, shares).astype(float),
            rng.multinomial(size, shares).astype(float),
        )
        for _ in range(1_000)
    ]
    assert 0.001 <= np.mean(np.array(indices) > limit) <= 0.03


@pytest.mark.parametrize(
    ("psi", "noise", "known", "status"),
    [
        (0.30, 0.01, 5_000, "drifted"),
        (0.15, 0.01, 5_000, "watch"),
        (0.05, 0.01, 5_000, "stable"),
        (0.05, 0.12, 5_000, "not_enough_data"),
        (0.15, 0.01, 50, "not_enough_data"),
        (None, 0.01, 0, "not_enough_data"),
    ],
)
def test_status_needs_effect_and_payments(psi, noise, known, status) -> None:
    assert status_of(psi, noise, known) == status


def test_a_category_has_a_bin_for_values_nobody_declared() -> None:
    bins = category_bins(["card", "apple_pay"])
    counts = bins.weigh(np.array([0.0, 1.0, 2.0, 2.0, np.nan]), np.ones(5))
    assert counts.tolist() == [1, 1, 2, 1]
    assert bins.titles == ("card", "apple pay", "another value")


def test_a_new_wallet_drifts_the_payment_method() -> None:
    reference = np.repeat([0.0, 1.0], [9_000, 1_000])
    current = np.repeat([0.0, 1.0, 2.0], [2_000, 300, 700])
    found = against(reference, current, levels=["card", "apple_pay"])
    assert (found.kind, found.status) == ("category", DriftStatus.DRIFTED)
    assert found.ks is None
    assert found.picture.titles == ("card", "apple pay", "another value")
    assert found.picture.current[2] == pytest.approx(700 / 3_000)


def test_a_picture_shows_few_values_one_by_one() -> None:
    values = np.array([0.0, 1.0, 1.0, 3.0])
    assert picture_bins(values, values).titles == ("0", "1", "3")


def test_a_picture_of_a_long_tail_has_steps_that_grow() -> None:
    values = np.random.default_rng(0).lognormal(3, 1.5, 5_000)
    steps = np.diff(picture_bins(values, values).edges)
    assert np.all(np.diff(steps) > 0)


def test_a_picture_of_whole_numbers_has_whole_steps_of_one_width() -> None:
    values = np.random.default_rng(0).poisson(40, 5_000).astype(float)
    edges = picture_bins(values, values).edges
    assert len(set(np.diff(edges))) == 1
    assert all(edge == int(edge) for edge in edges)


@given(VALUES, VALUES)
def test_the_shares_of_a_picture_add_up_to_one(reference, current) -> None:
    picture = against(reference, current).picture
    assert sum(picture.reference) == pytest.approx(1.0)
    assert sum(picture.current) == pytest.approx(1.0)
    assert len(picture.titles) == len(picture.lows) == len(picture.highs) == len(picture.current)


def test_weights_move_the_reference() -> None:
    reference = np.array([1.0, 2.0, 3.0])
    weight = np.array([1.0, 1.0, 8.0])
    assert weighted_median(reference, weight) == 3.0
    assert kolmogorov_smirnov(reference, weight, np.array([3.0])) == pytest.approx(0.2)


def test_hours_of_the_week_begin_on_monday() -> None:
    times = np.array(["2026-11-16T00:30", "2026-11-19T12:00", "2026-11-22T23:59"])
    assert hour_of_week(times.astype("datetime64[s]")).tolist() == [0, 3 * 24 + 12, 167]


def test_a_night_is_not_compared_with_a_day() -> None:
    """Amounts by hour never changed; only the hours of the current payments differ."""
    rng = np.random.default_rng(3)
    start = np.datetime64("2026-10-19T00:00", "s")
    hours = rng.integers(0, 14 * 24, 30_000)
    times = start + hours.astype("timedelta64[h]")
    night = hours % 24 < 6
    values = np.where(night, 100.0, 20.0) + rng.normal(0, 5, 30_000)
    current = night & (rng.random(30_000) < 0.5)
    unmatched = against(values, values[current])
    weight, matched = matching_weights(times, times[current])
    found = compare(values, weight, values[current])
    assert unmatched.status == DriftStatus.DRIFTED
    assert found.status == DriftStatus.STABLE
    assert matched == 1.0


def test_hours_that_the_reference_never_saw_are_counted_as_unmatched() -> None:
    reference = np.array(["2026-11-16T10:00"], dtype="datetime64[s]")
    current = np.array(["2026-11-23T10:20", "2026-11-23T11:20"], dtype="datetime64[s]")
    weight, matched = matching_weights(reference, current)
    assert weight.tolist() == [1.0]
    assert matched == 0.5


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (38.0, "38"), (-0.5, "-0.5"), (1_234.5, "1,230")]
)
def test_edges_are_written_short(value, text) -> None:
    assert short(value) == text
