"""The test on customers that no model has learned from, and weights in a comparison."""

import numpy as np
import pytest

from monitoring.domain.evaluation import Operation, TestRows, compare, evaluate_slice
from scoring.domain.estimator.calibration import sigmoid


def operation(rows=6_000, weights=None, seed=4, noise=1.0):
    rng = np.random.default_rng(seed)
    truth = rng.normal(-3.0, 2.0, rows)
    labels = (rng.random(rows) < sigmoid(truth)).astype(np.int8)
    held_out = TestRows(labels, np.full(rows, 100.0), np.full(rows, 60.0), 2.0, weights)
    margins = truth + rng.normal(0, noise, rows)
    return Operation(held_out, margins, sigmoid(margins), 0.2, 0.6)


def rates(tested):
    found = evaluate_slice(
        tested, clusters=np.arange(len(tested.margins)) // 3, rng=np.random.default_rng(0)
    )
    return found, {rate["name"]: rate for rate in found["rates"]}


def test_every_rate_has_an_interval():
    found, rate = rates(operation())
    assert set(rate) == {"average_precision", "recall", "precision", "fpr"}
    assert all(r["low"] < r["estimate"] < r["high"] for r in rate.values())
    assert (found["rows"], found["entities"]) == (6_000, 2_000)


def test_few_frauds_refuse_rather_than_mislead():
    few = operation(rows=40)
    assert 0 < (few.rows.labels == 1).sum() < 10
    _, rate = rates(few)
    assert rate["average_precision"]["estimate"] is None
    assert "10 are needed" in rate["average_precision"]["refused"]


def test_no_row_at_all_refuses_everything():
    nothing = operation().where(np.zeros(6_000, bool))
    found, rate = rates(nothing)
    assert found["rows"] == 0
    assert all(r["estimate"] is None and r["refused"] for r in rate.values())


def test_rows_that_stand_for_others_count_so():
    weights = np.ones(6_000)
    once = operation()
    blocked = once.blocked & (once.rows.labels == 0)
    weights[blocked] = 10.0
    _, plain = rates(once)
    _, weighed = rates(operation(weights=weights))
    assert weighed["fpr"]["estimate"] > 5 * plain["fpr"]["estimate"]


def measures(weights):
    pair = operation(weights=weights), operation(weights=weights, noise=0.5)
    found = compare(*pair, clusters=np.arange(6_000) // 3, rng=np.random.default_rng(0))
    return {measure.name: measure for measure in found}


def test_a_comparison_weighs_both_models_alike():
    weights = np.ones(6_000)
    plain = measures(None)
    assert measures(weights) == plain
    weights[operation().blocked] = 10.0
    weighed = measures(weights)
    champion = operation()
    legitimate = champion.rows.labels == 0
    expected = (weights * champion.blocked)[legitimate].sum() / weights[legitimate].sum()
    assert weighed["fpr"].champion == pytest.approx(expected)
    assert weighed["fpr"].champion > plain["fpr"].champion
    assert weighed["fpr"].low <= weighed["fpr"].difference <= weighed["fpr"].high
