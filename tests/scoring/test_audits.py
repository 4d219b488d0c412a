"""A budget of audits is spent where it tells most, and never leaves a stratum out."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scoring.domain.audits import (
    EVEN_SHARE,
    AuditBudget,
    StratumLoad,
    audit_budget_from_row,
    audit_cost,
    expected_audits,
    expected_fraud_share,
    solve_audits,
)
from scoring.domain.policy import Costs, InvalidPolicy

BUDGET = AuditBudget(approve=50, block=20)
STRATA = [
    f"{side}:s{band}:a{amount}"
    for side in ("approve", "block")
    for band in range(10)
    for amount in range(3)
]
LOADS = st.dictionaries(
    st.sampled_from(STRATA),
    st.tuples(st.floats(0.01, 1e6), st.floats(0, 1)),
    min_size=1,
    max_size=20,
).map(lambda rows: [StratumLoad(name, *row) for name, row in rows.items()])
LOOKS = st.floats(0.01, 1e5)


@given(LOADS, LOOKS, LOOKS)
def test_every_probability_is_above_zero_and_at_most_one(loads, approve, block):
    plan = solve_audits(loads, AuditBudget(approve, block))
    assert set(plan.propensities) == {load.stratum for load in loads}
    assert all(0 < share <= 1 for share in plan.propensities.values())
    assert all(0 < share <= 1 for share in plan.unseen.values())


@given(LOADS, LOOKS, LOOKS)
def test_the_budget_is_spent_in_expectation_or_everything_is_looked_at(loads, approve, block):
    budget = AuditBudget(approve, block)
    looks = expected_audits(loads, solve_audits(loads, budget))
    for side, wanted in (("approve", approve), ("block", block)):
        there = sum(load.payments_a_day for load in loads if load.side == side)
        assert looks[side] == pytest.approx(min(wanted, there), rel=1e-6)


@given(LOADS, LOOKS)
def test_no_stratum_gets_less_than_a_tenth_of_the_average_of_its_side(loads, looks):
    plan = solve_audits(loads, AuditBudget(looks, looks))
    for side in ("approve", "block"):
        own = [load for load in loads if load.side == side]
        there = sum(load.payments_a_day for load in own)
        for load in own:
            floor = min(1.0, EVEN_SHARE * looks / there)
            assert plan.propensities[load.stratum] >= floor * (1 - 1e-9)


@given(LOADS, LOOKS, st.floats(1, 50))
def test_more_budget_lowers_no_probability(loads, looks, factor):
    assume(looks * factor <= 1e6)
    less = solve_audits(loads, AuditBudget(looks, looks)).propensities
    more = solve_audits(loads, AuditBudget(looks, looks).times(factor)).propensities
    assert all(more[name] >= less[name] * (1 - 1e-9) for name in less)


def test_payments_near_the_threshold_are_looked_at_more_often():
    loads = [
        StratumLoad(f"approve:s{band}:a1", 1000, expected_fraud_share(f"approve:s{band}:a1"))
        for band in range(5)
    ]
    solved = solve_audits(loads, BUDGET).propensities
    shares = [solved[load.stratum] for load in loads]
    assert shares == sorted(shares)
    assert shares[-1] > 5 * shares[0]


def test_the_allocation_is_neymans_beside_the_even_tenth():
    loads = [StratumLoad("approve:s0:a0", 9000, 0.01), StratumLoad("approve:s4:a0", 1000, 0.5)]
    solved = solve_audits(loads, AuditBudget(100, 1)).propensities
    # Neyman: 9000·0.0995 = 895 against 1000·0.5 = 500; of 90 looks 57.75 and 32.25, and 9 and 1.
    assert solved["approve:s0:a0"] * 9000 == pytest.approx(57.75 + 9, abs=0.05)
    assert solved["approve:s4:a0"] * 1000 == pytest.approx(32.25 + 1, abs=0.05)


def test_a_stratum_never_seen_gets_the_average_of_its_side():
    plan = solve_audits([StratumLoad("approve:s0:a0", 10_000, 0.001)], BUDGET)
    assert plan.propensity("approve:s3:a4") == pytest.approx(50 / 10_000)
    assert plan.propensity("block:s9:a1") is None


def test_reviews_take_nothing_of_the_budget():
    loads = [StratumLoad("review:s5:a1", 500, 0.2), StratumLoad("block:s9:a1", 100, 0.9)]
    plan = solve_audits(loads, BUDGET)
    assert set(plan.propensities) == {"block:s9:a1"}


def test_looks_correct_what_the_scores_say():
    told = expected_fraud_share("approve:s2:a1")
    assert expected_fraud_share("approve:s2:a1", looks=400, frauds=40) > 5 * told
    assert 0 < expected_fraud_share("approve:s2:a1", looks=4000, frauds=0) < told / 10


def test_a_budget_costs_its_minutes():
    budget = AuditBudget(10, 5, approve_minutes=Decimal("3"), block_minutes=Decimal("10"))
    assert budget.minutes_a_day == 80
    assert audit_cost(80, Costs(review_cost_per_minute=Decimal("0.60"))) == Decimal("48.00")


def test_a_stored_budget_reads_back_as_it_was():
    assert audit_budget_from_row(BUDGET.to_row()) == BUDGET
    assert audit_budget_from_row({}) is None


@pytest.mark.parametrize(
    "row",
    [
        {"approve": 5},
        {"approve": 0, "block": 5},
        {"approve": 5, "block": float("nan")},
        {"approve": 5, "block": 1e9},
        {"approve": 5, "block": 5, "block_minutes": -1},
        {"approve": 5, "block": 5, "review": 5},
        {"approve": True, "block": 5},
        {"block_minutes": 5},
    ],
)
def test_a_budget_that_makes_no_sense_is_refused(row):
    with pytest.raises(InvalidPolicy):
        audit_budget_from_row(row)
