"""Claimed frauds count once; audits speak for those that nobody claimed."""

import numpy as np
import pytest

from monitoring.domain.estimation import (
    APPROVED,
    BLOCKED,
    REVIEWED,
    ClaimedFrauds,
    DecidedSample,
    Evidence,
    Population,
    Sample,
    measure,
)
from monitoring.domain.estimation.totals import transactions
from scoring.domain.errors import Problem

# Approved payments that nobody claimed, claimed ones, reviewed and blocked ones.
REST, CLAIMED, HELD, STOPPED = range(4)
SIDE = np.array([APPROVED, APPROVED, REVIEWED, BLOCKED])
FLAGGED = [(HELD, True, 1.0, 250), (HELD, False, 1.0, 700), (STOPPED, True, 1.0, 50)]


def decided(rows, *, rest, claimed=None):
    """A sample from (cell, fraud, propensity, how many) rows of payments worth 10 each."""
    cell, fraud, propensity, times = (
        np.array(column) for column in zip(*rows, *FLAGGED, strict=True)
    )
    cell = np.repeat(cell, times).astype(np.int64)
    count = np.bincount(cell, minlength=4).astype(np.int64)
    count[REST] = rest
    sample = Sample(
        fraud=np.repeat(fraud, times).astype(bool),
        propensity=np.repeat(propensity, times).astype(float),
        cell=cell,
        cluster=np.arange(len(cell)),
        population=Population(
            count, SIDE, ("approved", "reviewed", "blocked"), np.arange(4) == CLAIMED
        ),
    )
    return DecidedSample(
        sample, cell == STOPPED, cell == HELD, np.full(len(cell), 10.0), claimed=claimed
    )


def measured(sample, events=1):
    return measure(sample, required=Evidence(events=events), share_matured=0.5)


def claimed_frauds(number):
    return ClaimedFrauds.of(np.arange(number), np.full(number, 10.0))


def test_a_claimed_fraud_counts_once_and_an_audited_one_for_its_twins() -> None:
    rows = [(REST, True, 0.02, 4), (REST, False, 0.02, 796), (CLAIMED, True, 1.0, 100)]
    found = measured(decided(rows, rest=40_000))
    missed = 100 + 4 / 0.02
    assert found.recall.estimate == pytest.approx(300 / (300 + missed))
    assert found.recall.events == 104
    assert found.prevalence.estimate == pytest.approx((300 + missed) / 41_100)
    assert found.missed_fraud.estimate == pytest.approx((250 + missed) * 10)
    assert found.confusion.payments["approved_fraud"] == pytest.approx(missed)


def test_claims_leave_the_rates_of_honest_customers_alone() -> None:
    rows = [(REST, True, 0.02, 4), (REST, False, 0.02, 796)]
    without = measured(decided(rows, rest=40_000))
    found = measured(decided([*rows, (CLAIMED, True, 1.0, 100)], rest=40_000))
    for name in ("fpr", "flag_fpr", "friction_rate", "precision"):
        assert getattr(found, name).estimate == getattr(without, name).estimate
        assert getattr(found, name).n == getattr(without, name).n


def test_claims_make_recall_sharper_than_audits_alone() -> None:
    """The same missed frauds: 20 in a hundred audited, or all claimed but for a few."""
    audits = measured(decided([(REST, True, 0.02, 20), (REST, False, 0.02, 780)], rest=41_000))
    rows = [(REST, True, 0.02, 4), (REST, False, 0.02, 796), (CLAIMED, True, 1.0, 800)]
    both = measured(decided(rows, rest=40_200))
    assert both.recall.estimate == pytest.approx(audits.recall.estimate, abs=0.01)
    assert both.recall.high - both.recall.low < 0.7 * (audits.recall.high - audits.recall.low)


def test_few_claims_are_not_spread_over_their_neighbours() -> None:
    """Three claimed frauds are fewer than a stratum needs, and still stand for themselves."""
    rows = [(REST, True, 0.02, 2), (REST, False, 0.02, 798), (CLAIMED, True, 1.0, 3)]
    sample = decided(rows, rest=40_000).sample
    assert sample.weight[sample.cell == CLAIMED].tolist() == [1, 1, 1]
    assert sample.weight.sum() == pytest.approx(41_003)


def test_a_census_without_audits_says_nothing_of_the_rest() -> None:
    found = measured(decided([(CLAIMED, True, 1.0, 100)], rest=40_000))
    assert found.recall.estimate is None
    assert found.recall.refused.startswith("not enough evidence: no label among 40,000 approved")


@pytest.mark.parametrize("bad", [(REST, 0.5), (CLAIMED, 0.5)])
def test_a_census_with_a_gap_is_an_error(bad) -> None:
    cell, propensity = bad
    with pytest.raises(Problem) as caught:
        Sample(
            fraud=np.array([True]),
            propensity=np.array([propensity]),
            cell=np.array([cell]),
            cluster=np.array([0]),
            population=Population(np.array([5, 1, 0, 0]), SIDE, census=np.arange(4) == CLAIMED),
        )
    assert caught.value.code == "census_incomplete"


def test_where_audits_stand_for_all_claims_are_a_floor() -> None:
    """Four audited frauds stand for 200 missed ones, but 400 were claimed."""
    rows = [(REST, True, 0.02, 4), (REST, False, 0.02, 796)]
    found = measured(decided(rows, rest=40_000, claimed=claimed_frauds(400)))
    assert found.recall.estimate == pytest.approx(300 / 700)
    assert found.recall.low < 300 / 700 <= found.recall.high < 0.5
    assert found.prevalence.estimate == pytest.approx(700 / 41_000)
    # Of the reviewed frauds nobody declined any: the 250 are missed too.
    assert found.missed_fraud.low >= 4_000
    few = measured(decided(rows, rest=40_000, claimed=claimed_frauds(20)))
    assert few.recall.estimate == pytest.approx(300 / 500)


def test_a_floor_stays_where_the_point_is_refused() -> None:
    rows = [(REST, True, 0.02, 4), (REST, False, 0.02, 796)]
    sample = decided(rows, rest=40_000, claimed=claimed_frauds(400))
    recall = measured(sample, events=10).recall
    assert recall.estimate is None
    assert recall.high < 0.5


def test_without_audits_claims_bound_recall_from_above_and_missed_fraud_from_below() -> None:
    found = measured(decided([], rest=40_000, claimed=claimed_frauds(400)))
    assert (found.recall.estimate, found.recall.low) == (None, None)
    assert 300 / 700 < found.recall.high < 0.5
    assert (found.missed_fraud.estimate, found.missed_fraud.low) == (None, 4_000)
    assert found.prevalence.estimate is None
    assert 0.015 < found.prevalence.low < 700 / 40_000


def windows(rng, *, prevented, census, repeats=300):
    """Estimated missed frauds by window: 120 of 40,000 approved are fraud, 80 % are claimed."""
    for _ in range(repeats):
        claimable, silent = 96, 24
        drawn = rng.binomial([claimable, silent, 40_000 - 120], 0.05)
        claims = claimable - drawn[0] if prevented else claimable
        audited = drawn[1] + (0 if census and not prevented else drawn[0])
        rows = [(REST, True, 0.05, audited), (REST, False, 0.05, drawn[2])]
        if census:
            rows.append((CLAIMED, True, 1.0, claims))
        sample = decided(rows, rest=40_000 - (claims if census else 0))
        yield transactions(sample.sample, sample.sample.fraud & ~sample.flagged)


@pytest.mark.parametrize(
    ("prevented", "census", "expected"),
    [
        (False, True, 120),  # claims come whether or not somebody looked
        (True, False, 120),  # audits return the money and speak for all frauds
        (True, True, 120 + 96 - 5),  # ... and would count the claimable ones twice otherwise
    ],
)
def test_missed_frauds_are_right_on_average_where_each_is_counted_once(
    prevented, census, expected
) -> None:
    found = np.array(list(windows(np.random.default_rng(3), prevented=prevented, census=census)))
    error = found.std() / np.sqrt(len(found))
    assert abs(found.mean() - expected) < 3 * error
    assert error < 4
