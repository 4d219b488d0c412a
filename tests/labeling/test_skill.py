"""How often a reviewer is right: a posterior that says its prior and waits for evidence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from labeling.domain.skill import (
    NOTHING,
    Known,
    Skill,
    SkillSource,
    settled_value,
    skill_of,
    worth_a_word,
)

values = st.sampled_from(["fraud", "legitimate", "cannot_tell"])


def seen(right: int, of: int) -> Skill:
    return Skill(Known(right, of), Known(0, 0))


def test_before_any_case_nearly_everything_is_possible() -> None:
    known = Known(0, 0)
    assert (known.mean, known.low, known.high) == pytest.approx((0.5, 0.0015, 0.9985), abs=1e-4)


def test_the_posterior_is_that_of_a_beta() -> None:
    """9 of 10: Beta(9.5, 1.5), whose mean is 9.5/11."""
    known, posterior = Known(9, 10), beta(9.5, 1.5)
    assert known.mean == pytest.approx(9.5 / 11)
    assert known.variance == pytest.approx(posterior.var())
    assert (known.low, known.high) == pytest.approx(posterior.ppf([0.025, 0.975]))
    assert known.below(0.8) == pytest.approx(posterior.cdf(0.8))


@pytest.mark.parametrize("true_share", [0.6, 0.9, 0.97])
def test_the_interval_holds_the_truth_about_as_often_as_it_says(true_share) -> None:
    told = [Known(int(n), 40) for n in np.random.default_rng(4).binomial(40, true_share, 1_000)]
    held = sum(known.low <= true_share <= known.high for known in told)
    assert 920 <= held <= 990


@given(st.integers(0, 500), st.integers(0, 500))
def test_more_right_answers_never_look_worse(right, wrong) -> None:
    known, better = Known(right, right + wrong), Known(right + 1, right + wrong + 1)
    assert 0 < known.low < known.mean < known.high < 1
    assert better.mean > known.mean and better.below(0.8) <= known.below(0.8)


@given(st.lists(st.tuples(values, values)))
def test_only_plain_answers_to_plain_truths_count(answers) -> None:
    skill = skill_of(answers)
    assert skill.cases == sum("cannot_tell" not in pair for pair in answers)
    assert skill.frauds.right == answers.count(("fraud", "fraud"))
    assert skill.honest.right == answers.count(("legitimate", "legitimate"))
    assert (skill + NOTHING).cases == skill.cases


@pytest.mark.parametrize(
    ("first", "second", "third", "truth"),
    [
        ("fraud", "fraud", None, "fraud"),
        ("fraud", "legitimate", "fraud", "fraud"),
        ("fraud", "legitimate", "legitimate", "legitimate"),
        ("fraud", "legitimate", None, None),
        ("fraud", "legitimate", "cannot_tell", None),
        ("fraud", "cannot_tell", None, None),
        ("fraud", "cannot_tell", "legitimate", "legitimate"),
    ],
)
def test_two_who_agree_or_the_third_person_say_what_is_true(first, second, third, truth) -> None:
    assert settled_value(first, second, third) == truth


def test_a_lead_is_told_once_it_is_quite_sure() -> None:
    checks, outcomes = SkillSource.CHECKS, SkillSource.OUTCOMES
    assert worth_a_word({checks: seen(11, 20)}) == checks
    assert worth_a_word({checks: seen(10, 19)}) is None, "too few frauds"
    assert worth_a_word({checks: seen(15, 20)}) is None, "too unsure"
    assert worth_a_word({outcomes: seen(0, 50)}) is None, "misses are all that outcomes can show"
    assert worth_a_word({SkillSource.PRACTICE: seen(2, 30)}) == SkillSource.PRACTICE
    assert worth_a_word({}) is None
