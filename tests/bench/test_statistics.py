"""Percentiles are values that were measured; ratios are taken round by round."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.statistics import median_ratio, milliseconds, percentile, ratios

SECONDS = st.lists(st.floats(0, 1e3), min_size=1, max_size=200).map(sorted)


@given(SECONDS, st.floats(0.01, 1.0))
def test_a_percentile_is_a_value_that_enough_values_do_not_exceed(ordered, share):
    found = percentile(ordered, share)
    assert found in ordered
    assert sum(value <= found for value in ordered) >= share * len(ordered) - 1e-6


def test_the_percentiles_of_a_hundred_values_are_their_places():
    ordered = [number / 1000 for number in range(1, 101)]
    assert milliseconds(ordered) == {"p50": 50.0, "p95": 95.0, "p99": 99.0, "max": 100.0}


@pytest.mark.parametrize(("ordered", "share"), [([], 0.5), ([1.0], 0.0), ([1.0], 1.1)])
def test_a_percentile_of_nothing_is_refused(ordered, share):
    with pytest.raises(ValueError, match="percentile"):
        percentile(ordered, share)


def test_a_slow_moment_of_the_machine_does_not_move_the_ratio():
    # In the second round everything took four times as long, on both sides.
    assert median_ratio([100.0, 25.0, 100.0], [200.0, 50.0, 200.0]) == 0.5


def test_ratios_are_ours_to_each_other():
    rates = {"ours": [50.0, 60.0, 55.0], "peer": [100.0, 100.0, 100.0]}
    assert ratios(rates, "ours") == {"peer": 0.55}
