"""Recommended thresholds: costs and evidence decide, people's time limits, words explain."""

import json

import numpy as np
import pytest

from scoring.domain.errors import Problem
from scoring.domain.intervals import wilson_interval
from scoring.domain.thresholds import HeldOut, recommend_thresholds


def held_out(probabilities, labels, missed=100.0, wrongful=100.0, days=10.0):
    probabilities = np.asarray(probabilities, dtype=np.float64)
    return HeldOut(
        probabilities,
        np.asarray(labels, dtype=np.int8),
        np.full(len(probabilities), float(missed)),
        np.full(len(probabilities), float(wrongful)),
        days,
    )


def honest(rows=20_000, seed=5):
    """Calibrated probabilities: labels are drawn from them."""
    rng = np.random.default_rng(seed)
    probabilities = rng.beta(0.08, 2.0, rows)
    return probabilities, (rng.random(rows) < probabilities).astype(np.int8)


def test_equal_losses_block_from_one_half():
    advice = recommend_thresholds(held_out(*honest()), review_cost=1.0, capacity=100)
    assert advice.block_threshold == pytest.approx(0.5, abs=0.01)


def test_dearer_wrongful_declines_block_later():
    rows = held_out(*honest(), wrongful=300.0)
    advice = recommend_thresholds(rows, review_cost=1.0, capacity=100)
    assert advice.block_threshold == pytest.approx(0.75, abs=0.01)


def test_a_cheap_wrongful_decline_never_blocks_below_a_sure_half_precision():
    advice = recommend_thresholds(held_out(*honest(), wrongful=0.01), review_cost=1.0, capacity=100)
    assert advice.block_precision_low >= 0.5
    assert advice.block_threshold > 0.1


def test_fewer_than_thirty_flagged_rows_block_nothing():
    probabilities = np.concatenate([np.full(29, 0.99), np.full(971, 0.001)])
    labels = np.concatenate([np.ones(29), np.zeros(971)])
    advice = recommend_thresholds(held_out(probabilities, labels), review_cost=1.0, capacity=10)
    assert advice.block_threshold is None
    assert "Block nothing" in advice.rule
    assert advice.review_threshold == pytest.approx(0.99)


def test_thirty_sure_rows_are_enough():
    probabilities = np.concatenate([np.full(30, 0.99), np.full(970, 0.001)])
    labels = np.concatenate([np.ones(30), np.zeros(970)])
    advice = recommend_thresholds(held_out(probabilities, labels), review_cost=1.0, capacity=10)
    assert advice.block_threshold == pytest.approx(0.99)
    assert (advice.blocked, advice.blocked_frauds) == (30, 30)


def test_a_model_that_boasts_does_not_block():
    probabilities, labels = honest()
    boasting = np.clip(probabilities * 4, 0, 1)
    advice = recommend_thresholds(held_out(boasting, labels), review_cost=1.0, capacity=100)
    assert advice.block_precision_low is None or advice.block_precision_low >= 0.5


def test_reviews_stay_within_capacity():
    for capacity in (1, 7, 60):
        advice = recommend_thresholds(held_out(*honest()), review_cost=0.5, capacity=capacity)
        assert advice.reviews_per_day <= capacity
        assert advice.review_threshold < advice.block_threshold


def test_a_look_must_be_worth_its_cost():
    advice = recommend_thresholds(held_out(*honest()), review_cost=20.0, capacity=10_000)
    assert advice.review_threshold == pytest.approx(0.2, abs=0.01)


def test_not_everything_is_reviewed_even_where_it_would_pay():
    probabilities = np.repeat([0.2, 0.1], 50)
    labels = np.tile([1, 0, 0, 0, 0, 0, 0, 0, 0, 0], 10)
    advice = recommend_thresholds(held_out(probabilities, labels), review_cost=1.0, capacity=99)
    assert advice.review_threshold == pytest.approx(0.2)


def test_without_reviewers_nothing_is_reviewed():
    advice = recommend_thresholds(held_out(*honest()), review_cost=1.0, capacity=0)
    assert advice.review_threshold is None
    assert advice.block_threshold is not None


def test_without_a_single_fraud_nothing_is_blocked():
    probabilities, labels = honest()
    advice = recommend_thresholds(
        held_out(probabilities, np.zeros_like(labels)), review_cost=1.0, capacity=5
    )
    assert advice.block_threshold is None
    assert advice.reviews_per_day <= 5


def test_equal_probabilities_stay_together():
    probabilities = np.full(1_000, 0.3)
    labels = np.zeros(1_000)
    labels[:300] = 1
    advice = recommend_thresholds(held_out(probabilities, labels), review_cost=1.0, capacity=10)
    assert advice.review_threshold is None


def test_the_rule_names_both_thresholds_in_words():
    advice = recommend_thresholds(held_out(*honest()), review_cost=1.0, capacity=40)
    assert f"Block from {advice.block_threshold:.4g}" in advice.rule
    assert f"Review from {advice.review_threshold:.4g}" in advice.rule
    assert "loss of a wrongful decline" in advice.rule


def test_a_recommendation_survives_json():
    advice = recommend_thresholds(held_out(*honest()), review_cost=1.0, capacity=40)
    assert json.loads(json.dumps(advice.to_numbers()))["rule"] == advice.rule


def test_no_rows_are_refused():
    with pytest.raises(Problem) as refusal:
        recommend_thresholds(held_out([], []), review_cost=1.0, capacity=10)
    assert refusal.value.code == "no_rows"


def test_wilson_agrees_with_the_textbook():
    assert wilson_interval(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-3)
    assert wilson_interval(10, 10) == pytest.approx((0.7225, 1.0), abs=1e-3)
    assert wilson_interval(0, 0) == (0.0, 1.0)
