"""Coins are tested against their probabilities; few expected counts raise no false alarm."""

import numpy as np
import pytest

from monitoring.domain.sample_ratio import StratumDraws, sample_ratio


def coins(payments: int, share: float, drawn: int, kept: int | None = None) -> StratumDraws:
    v = share * (1 - share)
    return StratumDraws(
        stratum="approve:s1:a1",
        payments=payments,
        expected=payments * share,
        variance=payments * v,
        kurtosis=payments * v * (1 - 6 * v),
        drawn=drawn,
        kept=drawn if kept is None else kept,
    )


def test_the_statistic_is_that_of_the_design():
    test = sample_ratio([coins(1000, 0.1, 112), coins(500, 0.2, 90)])
    assert test.statistic == pytest.approx(12**2 / 90 + 10**2 / 80)
    assert test.cells == 2
    assert not test.alarm


def test_strata_of_which_too_many_are_drawn_raise_the_alarm():
    assert sample_ratio([coins(1000, 0.1, 140), coins(500, 0.2, 100)]).alarm


def test_two_errors_that_cancel_out_raise_the_alarm_too():
    assert sample_ratio([coins(1000, 0.1, 70), coins(1000, 0.1, 130)]).alarm


def test_looks_that_got_lost_raise_it_where_the_coins_do_not():
    draws = [coins(1000, 0.1, 100, kept=60), coins(500, 0.2, 100)]
    assert not sample_ratio(draws).alarm
    assert sample_ratio(draws, kept=True).alarm


def test_a_coin_that_falls_one_way_only_and_did_not_is_an_alarm():
    assert sample_ratio([coins(40, 1.0, 39)]).alarm
    assert not sample_ratio([coins(40, 1.0, 40), coins(1000, 0.1, 100)]).alarm


def test_one_draw_in_a_tiny_stratum_is_no_alarm():
    # Alone it would count (1 − 0.01)² / 0.01 = 98.
    assert not sample_ratio([coins(10, 0.001, 1), coins(1000, 0.1, 100)]).alarm


@pytest.mark.parametrize("draws", [[], [coins(500, 0.01, 9)]])
def test_too_few_expected_draws_are_refused(draws):
    test = sample_ratio(draws)
    assert (test.p_value, test.alarm) == (None, False)
    assert test.refused == "Too few draws were expected to tell."


def test_quiet_days_hardly_ever_alarm_however_small_the_strata():
    rng = np.random.default_rng(20261119)
    sizes = [(40_000, 0.0005), (9_000, 0.001), (800, 0.004), (600, 0.03), (50, 0.2), (30, 0.7)]
    days = 6000
    drawn = np.array([rng.binomial(size, share, days) for size, share in sizes]).T
    alarms = sum(
        sample_ratio([coins(*pair, int(n)) for pair, n in zip(sizes, day, strict=True)]).alarm
        for day in drawn
    )
    assert alarms <= 18  # 6 expected at 0.001; 12 at the 0.002 that we own up to


def test_a_tenth_too_many_draws_is_found_on_a_busy_day():
    rng = np.random.default_rng(7)
    found = sum(
        sample_ratio([coins(100_000, 0.02, int(rng.binomial(100_000, 0.022)))]).alarm
        for _ in range(100)
    )
    assert found >= 80
