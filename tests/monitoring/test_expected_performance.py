"""What scores alone promise: right where they are calibrated, visibly wrong where they are not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.domain.estimation.estimate import Estimate
from monitoring.domain.expected import ScoreSums, compared, expected_performance

WINDOWS = 400


def sums(probabilities: np.ndarray) -> ScoreSums:
    spread = probabilities * (1 - probabilities)
    return ScoreSums(len(probabilities), float(probabilities.sum()), float(spread.sum()))


def estimate(point: float | None, low: float | None, high: float | None) -> Estimate:
    return Estimate("recall", point, low, high, "logit", 400, 300.0, 40)


def test_the_arithmetic_is_that_of_sums() -> None:
    """100 flagged at 0.8 and 900 approved at 0.01: 80 and 9 frauds are expected."""
    expected = expected_performance(ScoreSums(100, 80.0, 16.0), ScoreSums(900, 9.0, 8.91))
    assert expected["precision"].expected == pytest.approx(0.8)
    assert expected["recall"].expected == pytest.approx(80 / 89)
    assert expected["flag_fpr"].expected == pytest.approx(20 / 911)
    assert expected["prevalence"].expected == pytest.approx(0.089)
    assert expected["approved_frauds"].expected == 9
    assert {one.n for one in expected.values()} == {1000}


def test_certain_scores_leave_nothing_to_chance() -> None:
    precision = expected_performance(ScoreSums(10, 10.0, 0.0), ScoreSums(90, 0.0, 0.0))["precision"]
    assert (precision.low, precision.expected, precision.high) == (1.0, 1.0, 1.0)


def test_nothing_flagged_has_no_precision() -> None:
    expected = expected_performance(ScoreSums(0, 0.0, 0.0), ScoreSums(50, 0.5, 0.495))
    assert expected["precision"].expected is None
    assert expected["recall"].expected == 0
    assert expected["prevalence"].expected == pytest.approx(0.01)


@given(
    st.lists(st.floats(0, 1), max_size=40),
    st.lists(st.floats(0, 1), min_size=1, max_size=40),
)
def test_bounds_hold_the_expectation_and_stay_possible(flagged, approved) -> None:
    expected = expected_performance(sums(np.array(flagged)), sums(np.array(approved)))
    for one in expected.values():
        if one.expected is not None:
            highest = 1.0 if not one.name.endswith("frauds") else 80
            assert 0 <= one.low <= one.expected <= one.high <= highest + 1e-9


def truth_of(flagged: np.ndarray, approved: np.ndarray) -> dict[str, float]:
    frauds, honest = flagged.sum(), (~flagged).sum()
    return {
        "precision": frauds / len(flagged),
        "recall": frauds / max(frauds + approved.sum(), 1),
        "flag_fpr": honest / (honest + (~approved).sum()),
        "prevalence": (frauds + approved.sum()) / (len(flagged) + len(approved)),
    }


def covered(rng: np.random.Generator, *, approved_mean: float, wrong_by: float = 1.0):
    """Share of windows whose truth lies within the bounds of their scores, by rate."""
    hits: dict[str, int] = {}
    flagged = rng.beta(2, 2, 120)
    approved = rng.beta(0.5, 0.5 / approved_mean, 4_000)
    expected = expected_performance(sums(flagged), sums(approved))
    for _ in range(WINDOWS):
        truth = truth_of(
            rng.random(120) < flagged, rng.random(4_000) < np.minimum(approved * wrong_by, 1)
        )
        for name, value in truth.items():
            one = expected[name]
            hits[name] = hits.get(name, 0) + (one.low - 1e-9 <= value <= one.high + 1e-9)
    return {name: count / WINDOWS for name, count in hits.items()}


@pytest.mark.parametrize("approved_mean", [0.0005, 0.003, 0.02])
def test_on_a_calibrated_world_the_bounds_cover_the_truth(approved_mean) -> None:
    """From two missed frauds a window to eighty."""
    shares = covered(np.random.default_rng(1), approved_mean=approved_mean)
    assert all(share >= 0.93 for share in shares.values()), shares


def test_on_a_miscalibrated_world_they_miss_and_the_last_error_shows_it() -> None:
    """Three times as many frauds get through as the scores say."""
    shares = covered(np.random.default_rng(2), approved_mean=0.02, wrong_by=3.0)
    assert shares["recall"] < 0.05
    assert shares["precision"] >= 0.93  # the flagged ones were right
    miss = compared(0.43, estimate(0.2, 0.16, 0.25))
    assert miss.difference == pytest.approx(0.23)
    assert miss.outside is True


def test_an_expectation_within_the_interval_is_not_contradicted() -> None:
    miss = compared(0.43, estimate(0.40, 0.33, 0.47))
    assert (miss.outside, round(miss.difference, 2)) == (False, 0.03)


def test_bounds_of_a_refused_estimate_contradict_but_never_confirm() -> None:
    refused = estimate(None, 0.6, None).refuse("not enough evidence: 3 frauds found, 10 are needed")
    assert compared(0.43, refused).outside is True
    assert compared(0.70, refused).outside is None
    assert compared(0.70, refused).difference is None
