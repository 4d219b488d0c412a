"""The report on anchoring finds the pull that was put into simulated reviewers, and no other."""

from dataclasses import replace

import numpy as np
import pytest

from monitoring.domain.anchoring import Anchoring, Looks, anchoring

CUES = 1.6  # how well reviewers read the facts, in log-odds per standard deviation


def expit(odds):
    return 1 / (1 + np.exp(-odds))


def simulated(
    *, pull: float, seed: int = 2, looks: int = 6000, people: int = 12, switches: float = 0.0
) -> tuple[Looks, float]:
    """Looks of logistic reviewers, and the true mean effect of the shown score on agreement.

    A few seeds in a hundred (1 is one) lie outside their interval; how many is tested below.

    A verdict depends on the truth, read through noise, and on a reviewer's strictness; where the
    score is shown, `pull` log-odds are added towards what the model leans to. `switches` is the
    probability of going over to the model after the reveal.
    """
    rng = np.random.default_rng(seed)
    truth = (rng.random(looks) < 0.4).astype(int)
    score = expit(rng.normal(2.0 * truth - 1.0, 1.3))
    model = (score >= 0.5).astype(int)
    reviewer = rng.integers(people, size=looks)
    strict = rng.normal(0, 0.3, people)[reviewer]
    odds = CUES * (2 * truth - 1) + strict
    towards = 2 * model - 1
    alone, swayed = expit(odds), expit(odds + pull * towards)
    hidden = rng.random(looks) < 0.3
    first = (rng.random(looks) < np.where(hidden, alone, swayed)).astype(int)
    follows = hidden & (first != model) & (rng.random(looks) < switches)
    return Looks(
        reviewer=reviewer,
        stratum=np.digitize(score, [0.1, 0.3, 0.5, 0.7, 0.9]),
        hidden=hidden,
        model=model,
        first=first,
        final=np.where(follows, model, first),
        truth=truth,
        seconds=rng.gamma(4, 15, looks) - 10 * ~hidden,
    ), float(np.mean(towards * (swayed - alone)))


def holds(estimate, value: float) -> bool:
    assert estimate.refused is None
    return estimate.low <= value <= estimate.high


def measured(**planted) -> tuple[Anchoring, float]:
    looks, effect = simulated(**planted)
    return anchoring(looks), effect


def test_a_planted_pull_is_recovered() -> None:
    found, effect = measured(pull=0.8)
    assert effect > 0.05
    assert holds(found.pull, effect)
    assert found.pull.low > 0


def test_without_a_pull_none_is_found() -> None:
    found, effect = measured(pull=0.0)
    assert effect == 0
    assert holds(found.pull, 0)
    assert holds(found.fraud, 0)


@pytest.mark.parametrize("pull", [0.0, 0.8])
def test_intervals_hold_the_truth_as_often_as_they_promise(pull) -> None:
    runs = [measured(pull=pull, seed=seed, looks=3000) for seed in range(100)]
    assert sum(holds(found.pull, effect) for found, effect in runs) >= 91
    errors = [found.pull.estimate - effect for found, effect in runs]
    assert abs(np.mean(errors)) < 0.006


def test_few_reviewers_of_unlike_habits_make_wide_intervals() -> None:
    few, _ = measured(pull=0.5, people=2)
    many, _ = measured(pull=0.5, people=20)
    assert few.pull.high - few.pull.low > 2 * (many.pull.high - many.pull.low)


def test_one_reviewer_alone_moved_by_the_score_widens_the_interval() -> None:
    looks, _ = simulated(pull=0.0)
    swayed = np.where((looks.reviewer == 0) & ~looks.hidden, looks.model, looks.first)
    even = anchoring(looks).pull
    uneven = anchoring(replace(looks, first=swayed)).pull
    assert uneven.high - uneven.low > 1.3 * (even.high - even.low)


def test_switching_after_the_reveal_is_recovered() -> None:
    found, _ = measured(pull=0.0, switches=0.35)
    assert holds(found.switch, 0.35)
    assert found.switch.low > 0


def test_over_and_under_reliance_follow_from_how_people_switch() -> None:
    found, _ = measured(pull=0.0, switches=0.35)
    assert holds(found.over_reliance, 0.35)
    assert holds(found.under_reliance, 0.65)


def test_who_never_switches_still_has_an_upper_bound() -> None:
    found, _ = measured(pull=0.0, looks=300)
    assert found.switch.estimate == found.switch.low == 0
    assert 0 < found.switch.high < 0.3


def test_the_difference_of_time_is_that_of_the_arms() -> None:
    found, _ = measured(pull=0.0)
    assert holds(found.time, -10)
    assert found.time.high < 0


def test_time_that_nobody_measured_is_left_out() -> None:
    looks, _ = simulated(pull=0.0)
    seconds = np.where(np.arange(len(looks)) % 2, looks.seconds, np.nan)
    assert anchoring(replace(looks, seconds=seconds)).time.n == pytest.approx(len(looks) / 2, 0.01)


def test_a_payment_of_unknown_truth_says_nothing_of_reliance() -> None:
    looks, _ = simulated(pull=0.0, switches=0.35)
    found = anchoring(replace(looks, truth=np.full(len(looks), -1)))
    assert found.over_reliance.estimate is None
    assert found.over_reliance.refused == "0 verdicts of this kind so far; this needs 8."
    assert found.switch.estimate is not None


def test_few_hidden_looks_are_not_enough() -> None:
    looks, _ = simulated(pull=0.0)
    shown = replace(looks, hidden=looks.hidden & (np.cumsum(looks.hidden) <= 7))
    found = anchoring(shown).pull
    assert found.estimate is None and found.low is None
    assert "in the smaller arm so far; this needs 8." in str(found.refused)


def test_one_reviewer_is_not_enough() -> None:
    found, _ = measured(pull=0.5, people=1)
    assert found.pull.refused == "1 reviewer so far; this needs 2."


def test_no_look_at_all_is_no_error() -> None:
    nothing, ints = np.zeros(0), np.zeros(0, int)
    found = anchoring(Looks(ints, ints, np.zeros(0, bool), ints, ints, ints, ints, nothing))
    assert found.pull.estimate is None and found.switch.estimate is None
