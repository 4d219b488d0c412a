"""Simulated reviewers err as often as their skill says, and as the score leads them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fraudreview.simulation.reviewers import Skill, standardised, trained

SAMPLE = np.random.default_rng(0).standard_normal((3000, 4))


def reviewer(seed: int = 1, **changes):
    return trained(replace(Skill(), **changes), SAMPLE, np.random.default_rng(seed))


@settings(max_examples=40, deadline=None)
@given(
    missed=st.floats(0.005, 0.6),
    false_alarms=st.floats(0.001, 0.4),
    anchoring=st.floats(-2, 4),
    follows=st.floats(0, 6),
    seed=st.integers(0, 99),
)
def test_the_rates_are_those_of_the_skill(missed, false_alarms, anchoring, follows, seed) -> None:
    someone = reviewer(
        seed,
        missed_share=missed,
        false_alarm_share=false_alarms,
        anchoring=anchoring,
        follows=follows,
    )
    assert someone.misses(SAMPLE, score_shown=True).mean() == pytest.approx(missed, abs=1e-6)
    alarms = someone.false_alarms(SAMPLE, score_shown=True).mean()
    assert alarms == pytest.approx(false_alarms, abs=1e-6)


def test_an_anchored_reviewer_leans_towards_a_shown_score() -> None:
    low, high = SAMPLE.copy(), SAMPLE.copy()
    low[:, 0], high[:, 0] = -1.5, 1.5

    def lean(anchoring: float, *, shown: bool = True) -> float:
        someone = reviewer(anchoring=anchoring)
        alarms = someone.false_alarms(high, score_shown=shown)
        return float((alarms - someone.false_alarms(low, score_shown=shown)).mean())

    assert lean(0.0) == pytest.approx(0.0, abs=1e-9)
    assert 0 < lean(1.0) < lean(4.0)
    assert lean(4.0, shown=False) == pytest.approx(0.0, abs=1e-9)


def test_a_reviewer_who_follows_nothing_errs_by_chance_alone() -> None:
    someone = reviewer(follows=0.0)
    assert np.ptp(someone.misses(SAMPLE, score_shown=True)) < 1e-9


def test_the_same_draws_give_the_same_verdicts() -> None:
    draws = np.random.default_rng(5).random(200)
    said = [
        [
            reviewer(7).calls_fraud(row, fraud=False, score_shown=True, drawn=drawn)
            for row, drawn in zip(SAMPLE, draws, strict=False)
        ]
        for _ in range(2)
    ]
    assert said[0] == said[1] and any(said[0])


def test_a_day_holds_as_many_cases_as_minutes_allow() -> None:
    someone = reviewer(minutes=6.0, spread=0.0, minutes_per_day=60.0)
    assert someone.cases_of_a_day([0.0] * 30) == 10
    slow = reviewer(minutes=6.0, spread=0.5, minutes_per_day=60.0)
    assert slow.cases_of_a_day([1.0] * 30) < 10


def test_standardised_columns_have_mean_zero_and_one_deviation() -> None:
    table = standardised(np.column_stack([SAMPLE[:, 0] * 7 + 3, np.full(3000, 5.0)]))
    assert table.mean(axis=0) == pytest.approx([0, 0], abs=1e-9)
    assert table.std(axis=0) == pytest.approx([1, 0], abs=1e-9)
