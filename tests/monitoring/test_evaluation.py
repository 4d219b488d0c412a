"""An evaluation stands beside always approving, and says when a model is none."""

import json

import numpy as np
import pytest
from sklearn import metrics

from monitoring.domain.evaluation import (
    Confusion,
    DegenerateModel,
    Operation,
    TestRows,
    always_approve,
    classification_report,
    evaluate,
    refuse_degenerate,
)
from scoring.domain.errors import Problem

LABELS = np.array([1, 1, 1, 0, 0, 0, 0, 0, 0, 0], np.int8)
PROBABILITIES = np.array([0.95, 0.6, 0.1, 0.92, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01])


def operation(probabilities=PROBABILITIES, labels=LABELS, review=0.4, block=0.9):
    rows = TestRows(labels, np.full(len(labels), 100.0), np.full(len(labels), 30.0), 2.0)
    margins = np.log(probabilities / (1 - probabilities))
    return Operation(rows, margins, probabilities, review, block)


def test_what_is_blocked_and_what_is_flagged_are_told_apart():
    told = evaluate(operation())
    assert told["blocked"]["confusion"] == {
        "true_positives": 1, "false_positives": 1, "false_negatives": 2, "true_negatives": 6,
    }  # fmt: skip
    assert told["flagged"]["confusion"] == {
        "true_positives": 2, "false_positives": 2, "false_negatives": 1, "true_negatives": 5,
    }  # fmt: skip


def test_the_cost_counts_misses_wrongful_declines_and_looks():
    assert evaluate(operation())["cost_per_1000"] == pytest.approx(
        1000 * (1 * 100 + 1 * 30 + 2 * 2) / 10
    )


def test_always_approving_stands_beside_every_model():
    baseline = evaluate(operation())["baseline"]
    assert baseline["cost_per_1000"] == pytest.approx(1000 * 3 * 100 / 10)
    assert baseline["flagged"]["recall"]["estimate"] == 0
    assert baseline["flagged"]["precision"]["estimate"] is None
    assert baseline["average_precision"] == pytest.approx(0.3)


def test_accuracy_is_not_told():
    assert "accuracy" not in json.dumps(evaluate(operation()))


def test_an_evaluation_is_json_without_nan():
    json.dumps(evaluate(operation()), allow_nan=False)


def test_rates_carry_intervals():
    fpr = evaluate(operation())["blocked"]["fpr"]
    assert fpr["estimate"] == pytest.approx(1 / 7)
    assert fpr["low"] < fpr["estimate"] < fpr["high"]
    assert fpr["n"] == 7


def test_the_report_agrees_with_scikit_learn():
    flagged = PROBABILITIES >= 0.4
    ours = classification_report(Confusion.count(LABELS, flagged))
    theirs = metrics.classification_report(
        LABELS, flagged, output_dict=True, zero_division=0, target_names=["legitimate", "fraud"]
    )
    for name in ("legitimate", "fraud"):
        for measure, value in ours[name].items():
            assert value == pytest.approx(theirs[name][measure.replace("f1_score", "f1-score")])


def test_a_share_of_nothing_is_zero():
    report = classification_report(Confusion.count(LABELS, np.zeros(10, bool)))
    assert report["fraud"] == {"precision": 0, "recall": 0, "f1_score": 0, "support": 3}


def test_test_rows_without_a_fraud_are_refused():
    with pytest.raises(Problem) as refusal:
        evaluate(operation(labels=np.zeros(10, np.int8)))
    assert refusal.value.code == "no_test_frauds"


@pytest.mark.parametrize(
    "model",
    [
        operation(probabilities=np.full(10, 0.5)),
        operation(review=None, block=None),
        operation(review=0.0, block=0.9),
        operation(probabilities=PROBABILITIES[::-1]),
        always_approve(operation().rows),
    ],
    ids=["equal scores", "flags nothing", "flags everything", "upside down", "always approves"],
)
def test_a_degenerate_model_is_refused(model):
    with pytest.raises(DegenerateModel) as refusal:
        refuse_degenerate(model)
    assert refusal.value.code == "degenerate_model"


def test_a_model_that_tells_apart_is_not_degenerate():
    refuse_degenerate(operation())
