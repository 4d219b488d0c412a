"""Basis points, ratios and costs: the arithmetic, by hand."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.domain.operations import (
    BASIS_POINTS,
    Handling,
    KnownFrauds,
    ReviewTime,
    Tally,
    fraud_amounts,
    fraud_rates,
    handling_rates,
    review_costs,
)
from monitoring.domain.schemes import limit_state, scheme_of_reason, scheme_ratios

PRICE = Decimal("0.60")
VOLUME = Tally(20_000, Decimal("1000000"))
FRAUDS = KnownFrauds(gross=Tally(12, Decimal("1200")), recovered=Tally(3, Decimal("450")))


def time_of(minutes, cases=None) -> ReviewTime:
    values = np.array(minutes, dtype=float)
    return ReviewTime(
        cases or len(values), len(values), float(values.sum()), float((values**2).sum())
    )


def test_basis_points_are_frauds_over_volume() -> None:
    """1,200 of 1,000,000 are 12 basis points; 450 of them came back, which leaves 7.5."""
    rates = fraud_rates(FRAUDS, VOLUME, share_matured=0.7)
    gross, net = rates["gross_fraud_rate"], rates["net_fraud_rate"]
    assert gross.estimate * BASIS_POINTS == pytest.approx(12.0)
    assert net.estimate * BASIS_POINTS == pytest.approx(7.5)
    assert (gross.method, gross.n, gross.events, gross.share_matured) == ("count", 20_000, 12, 0.7)
    assert gross.low == gross.high == gross.estimate


def test_net_is_gross_less_what_came_back() -> None:
    amounts = fraud_amounts(FRAUDS, share_matured=None)
    assert {name: one.estimate for name, one in amounts.items()} == {
        "gross_fraud": 1200.0,
        "recovered_fraud": 450.0,
        "net_fraud": 750.0,
    }


def test_without_volume_a_rate_is_refused_and_says_why() -> None:
    rate = fraud_rates(FRAUDS, Tally(), share_matured=None)["gross_fraud_rate"]
    assert rate.estimate is None
    assert rate.refused == "no money was let through in this window"


def test_payments_let_through_are_approved_or_released_and_not_taken_back() -> None:
    done = Handling(
        decisions=1_000,
        reviews=60,
        approved=Tally(900, Decimal("90000")),
        released=Tally(30, Decimal("6000")),
        withdrawn=Tally(2, Decimal("500")),
        judged=55,
        timed_out=9,
    )
    assert done.let_through == Tally(928, Decimal("95500"))
    rates = handling_rates(done)
    assert rates["approval_rate"].estimate == pytest.approx(0.928)
    assert rates["review_rate"].estimate == pytest.approx(0.055)
    assert rates["timeout_rate"].estimate == pytest.approx(0.15)
    assert (rates["timeout_rate"].n, rates["timeout_rate"].events) == (60, 9)


def test_a_case_costs_its_active_minutes() -> None:
    costs = review_costs(time_of([2.0] * 6 + [4.0] * 6), PRICE)
    per_case, total = costs["cost_per_case"], costs["cost_of_reviews"]
    assert per_case.estimate == pytest.approx(3 * 0.60)
    assert total.estimate == pytest.approx(36 * 0.60)
    assert (per_case.low, per_case.high, per_case.method) == (
        pytest.approx(1.8),
        pytest.approx(1.8),
        "count",
    )


def test_measured_cases_stand_for_the_others_with_an_interval() -> None:
    costs = review_costs(time_of([2.0] * 6 + [4.0] * 6, cases=24), PRICE)
    per_case, total = costs["cost_per_case"], costs["cost_of_reviews"]
    # s = 1.044, n = 12, half unmeasured: t(11) × s ÷ √12 × √(1/2) = 0.469 minutes
    assert per_case.estimate == pytest.approx(1.8)
    assert per_case.high - per_case.estimate == pytest.approx(0.469 * 0.6, abs=0.001)
    assert total.estimate == pytest.approx(24 * 1.8)
    assert (per_case.method, per_case.n, per_case.events) == ("mean", 12, 24)


def test_few_measured_cases_make_no_cost() -> None:
    cost = review_costs(time_of([2.0] * 9, cases=50), PRICE)["cost_per_case"]
    assert cost.estimate is None
    assert cost.refused == "not enough evidence: 9 cases with measured minutes, 10 are needed"


def test_the_interval_of_the_cost_covers_it() -> None:
    rng, hits = np.random.default_rng(3), 0
    for _ in range(300):
        everything = rng.gamma(2.0, 2.0, 200)
        cost = review_costs(time_of(everything[:60], cases=200), PRICE)["cost_per_case"]
        hits += cost.low <= 0.6 * everything.mean() <= cost.high
    assert hits >= 0.92 * 300


@given(st.lists(st.floats(0, 480), min_size=10, max_size=50), st.integers(0, 100))
def test_costs_are_never_negative_and_hold_their_estimate(minutes, unmeasured) -> None:
    for cost in review_costs(time_of(minutes, len(minutes) + unmeasured), PRICE).values():
        assert 0 <= cost.low <= cost.estimate * (1 + 1e-9) + 1e-9
        assert cost.estimate <= cost.high * (1 + 1e-9) + 1e-9


@pytest.mark.parametrize(
    ("ratio", "limit", "state"),
    [
        (0.0059, 0.009, "within"),
        (0.00675, 0.009, "at_risk"),
        (0.009, 0.009, "exceeded"),
        (0.02, None, "no_limit"),
        (None, 0.009, "unknown"),
    ],
)
def test_a_ratio_is_within_at_risk_or_over_your_limit(ratio, limit, state) -> None:
    assert limit_state(ratio, limit) == state


def test_a_lower_bound_never_says_that_all_is_well() -> None:
    assert limit_state(0.001, 0.009, at_least=True) == "unknown"
    assert limit_state(0.01, 0.009, at_least=True) == "exceeded"


@pytest.mark.parametrize(
    ("reason", "scheme"),
    [
        ("10.4", "visa"),
        ("13.1", "visa"),
        ("4837", "mastercard"),
        ("F29", "amex"),
        ("UA02", "discover"),
        ("", "unknown"),
        ("fraud", "unknown"),
    ],
)
def test_a_reason_code_tells_its_scheme(reason, scheme) -> None:
    assert scheme_of_reason(reason) == scheme


def test_all_schemes_come_first_and_a_single_one_is_a_lower_bound() -> None:
    limits = {"all": (0.009, ""), "visa": (0.015, "Theirs."), "amex": (None, "Ask.")}
    ratios = scheme_ratios({"visa": 16, "unknown": 2}, 1_000, limits)
    assert [(one.scheme, one.ratio, one.state) for one in ratios] == [
        ("all", 0.018, "exceeded"),
        ("visa", 0.016, "exceeded"),
        ("unknown", 0.002, "no_limit"),
    ]
    assert [one.at_least for one in ratios] == [False, True, True]
    assert ratios[1].note == "Theirs."


def test_a_window_without_payments_has_no_ratio() -> None:
    (only,) = scheme_ratios({}, 0, {"all": (0.009, "")})
    assert (only.ratio, only.state) == (None, "unknown")


def test_a_scheme_without_chargebacks_is_within_unless_some_tell_no_scheme() -> None:
    limits = {"all": (0.009, ""), "visa": (0.015, ""), "mastercard": (0.015, "")}
    known = scheme_ratios({"visa": 2}, 1_000, limits)
    assert [(one.scheme, one.state) for one in known][2] == ("mastercard", "within")
    doubtful = scheme_ratios({"visa": 2, "unknown": 1}, 1_000, limits)
    assert [(one.scheme, one.state) for one in doubtful][2] == ("mastercard", "unknown")
