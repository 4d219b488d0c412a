"""From probabilities to outcomes, strata and audit probabilities."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.domain.policy import (
    AuditRates,
    Costs,
    InvalidPolicy,
    Policy,
    audit_rates_from_row,
    costs_from_row,
    threshold_faults,
)
from scoring.domain.routing import audit_propensity, fallback_outcome, outcomes, stratum

POLICY = Policy(
    number=1,
    review_threshold=0.3,
    block_threshold=0.9,
    costs=Costs(),
    audit_rates=AuditRates(),
    review_capacity=10,
    review_minutes=60,
    timeout_action="release",
    fallback_outcome="review",
    over_capacity_outcome="approve",
)


def test_a_probability_at_a_threshold_is_already_over_it() -> None:
    got = outcomes(np.array([0.2999, 0.3, 0.8999, 0.9]), POLICY)
    assert got == ["approve", "review", "review", "block"]


def test_without_a_block_threshold_nothing_is_blocked() -> None:
    careful = replace(POLICY, block_threshold=None)
    assert outcomes(np.array([0.0, 1.0]), careful) == ["approve", "review"]


def test_without_thresholds_everything_is_approved() -> None:
    open_policy = replace(POLICY, block_threshold=None, review_threshold=None)
    assert outcomes(np.array([1.0]), open_policy) == ["approve"]


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_higher_probability_never_gets_a_milder_outcome(a: float, b: float) -> None:
    order = ["approve", "review", "block"]
    low, high = outcomes(np.array(sorted([a, b])), POLICY)
    assert order.index(low) <= order.index(high)


def test_a_stratum_names_outcome_score_band_and_amount_band() -> None:
    assert stratum("approve", 0.002, Decimal("250")) == "approve:s1:a2"


def test_without_a_score_the_band_is_none() -> None:
    assert stratum("review", None, Decimal("5")) == "review:none:a0"


@given(st.sampled_from(["approve", "block"]), st.none() | st.floats(0, 1))
def test_no_stratum_that_people_do_not_see_has_audit_probability_zero(
    outcome: str, probability: float | None
) -> None:
    assert 0 < audit_propensity(outcome, probability, POLICY) <= 1


def test_approvals_near_the_threshold_are_audited_more_often() -> None:
    near, far = (audit_propensity("approve", p, POLICY) for p in (0.29, 0.01))
    assert near > far


def test_the_fallback_reviews_within_the_capacity() -> None:
    assert fallback_outcome(POLICY, reviews_today=9) == ("review", True)
    assert fallback_outcome(POLICY, reviews_today=10) == ("approve", False)


def test_a_hold_never_ends_in_the_past() -> None:
    now = datetime(2026, 11, 19, tzinfo=UTC)
    late = now - timedelta(hours=1)
    assert POLICY.hold_until(now=now, respond_by=late) == now


def test_crossing_thresholds_are_a_fault() -> None:
    assert [fault.code for fault in threshold_faults(0.9, 0.3)] == ["thresholds_cross"]
    assert threshold_faults(0.3, 0.9) == threshold_faults(0.5, 0.5) == []


@pytest.mark.parametrize("value", [1.01, -0.1, float("nan"), float("inf")])
def test_a_threshold_outside_of_zero_to_one_is_a_fault(value: float) -> None:
    assert [fault.code for fault in threshold_faults(value, None)] == ["invalid"]


def test_costs_survive_storage() -> None:
    costs = Costs(chargeback_fee=Decimal("15.50"))
    assert costs_from_row(costs.to_row()) == costs


@pytest.mark.parametrize("row", [{"fee": "1"}, {"chargeback_fee": "-1"}, {"churn_cost": "NaN"}])
def test_costs_that_make_no_sense_are_refused(row: dict[str, str]) -> None:
    with pytest.raises(InvalidPolicy):
        costs_from_row(row)


@pytest.mark.parametrize("rate", [0, 1.5, "often", True, None])
def test_an_audit_rate_of_zero_or_nonsense_is_refused(rate: object) -> None:
    with pytest.raises(InvalidPolicy):
        audit_rates_from_row({"approve": rate})
