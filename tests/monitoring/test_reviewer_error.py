"""Shares of verdicts, corrected for reviewers whose errors are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.domain.skill import Known, Skill
from monitoring.domain.estimation import estimate_share
from monitoring.domain.estimation.rates import prevalence
from monitoring.domain.estimation.reviewer_error import correct_for_reviewers
from tests.monitoring.samples import sample_of

SHARP, SURE = Known(180, 200), Known(990, 1_000)
REVIEWERS = Skill(frauds=SHARP, honest=SURE)


def called(frauds: int, labels: int = 1_000):
    rows = [(0, True, 0.1, frauds), (0, False, 0.1, labels - frauds)]
    sample = sample_of(rows, count=[10 * labels], side=[0])
    return estimate_share(sample, prevalence(sample, sides=(0,)))


def test_the_formula_of_rogan_and_gladen() -> None:
    found = correct_for_reviewers(called(100), REVIEWERS)
    expected = (0.1 + SURE.mean - 1) / (SHARP.mean + SURE.mean - 1)
    assert found.estimate == pytest.approx(expected)
    assert found.low < expected < found.high
    assert (found.method, found.events, found.n) == ("logit", 100, 1_000)


def test_reviewers_who_never_err_change_nothing_much() -> None:
    never = Known(100_000, 100_000)
    found = correct_for_reviewers(called(100), Skill(never, never))
    assert found.estimate == pytest.approx(0.1, abs=1e-4)
    assert found.high - found.low == pytest.approx(called(100).high - called(100).low, rel=0.05)


def test_fewer_frauds_than_false_alarms_would_give_are_no_number() -> None:
    """Five of a thousand are called fraud, and one in a hundred would be by mistake."""
    found = correct_for_reviewers(called(5), REVIEWERS)
    assert (found.estimate, found.low, found.high) == (None, None, None)
    assert "than false alarms alone would give" in found.refused


def test_reviewers_no_better_than_chance_are_no_evidence() -> None:
    coin = Known(50, 100)
    found = correct_for_reviewers(called(100), Skill(coin, coin))
    assert found.refused == "not enough evidence: reviewers do no better than chance"


def test_more_frauds_than_such_reviewers_could_find_are_no_number() -> None:
    found = correct_for_reviewers(called(950), REVIEWERS)
    assert "could find" in found.refused


def test_reviewers_who_were_hardly_checked_correct_nothing() -> None:
    found = correct_for_reviewers(called(100), Skill(Known(19, 19), Known(500, 500)))
    assert (found.estimate, found.low, found.high) == (None, None, None)
    assert found.refused == (
        "not enough evidence: reviewers were checked on 19 frauds and 500 honest payments,"
        " 20 of each are needed"
    )


def test_what_was_refused_before_stays_refused() -> None:
    refused = called(5).refuse("not enough evidence: because")
    assert correct_for_reviewers(refused, REVIEWERS) == refused


@given(st.integers(30, 900), st.integers(20, 2_000))
def test_fewer_known_answers_make_a_wider_interval(frauds, asked) -> None:
    few = Known(round(0.95 * asked), asked)
    many = Known(round(0.95 * asked) * 50, asked * 50)
    wide, narrow = (
        correct_for_reviewers(called(frauds), Skill(each, each)) for each in (few, many)
    )
    if wide.estimate is not None and narrow.estimate is not None:
        assert wide.n_eff < narrow.n_eff


def test_the_interval_holds_the_truth_about_nineteen_times_in_twenty() -> None:
    rng, truth, held = np.random.default_rng(7), 0.05, 0
    for _ in range(300):
        frauds = rng.binomial(2_000, truth)
        marked = rng.binomial(frauds, 0.9) + rng.binomial(2_000 - frauds, 0.01)
        found = correct_for_reviewers(
            called(marked, 2_000),
            Skill(Known(rng.binomial(150, 0.9), 150), Known(rng.binomial(600, 0.99), 600)),
        )
        held += found.estimate is not None and found.low <= truth <= found.high
    assert 0.92 * 300 <= held <= 0.99 * 300
