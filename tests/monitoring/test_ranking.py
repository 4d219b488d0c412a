"""Ranking measures agree with scikit-learn, ties and missing classes included."""

import numpy as np
import pytest
from sklearn import metrics

from monitoring.domain.evaluation import (
    average_precision_score,
    brier_loss,
    drawn_points,
    precision_recall_curve,
    recall_at_precision,
    roc_auc_score,
)


def scored(rows=500, ties=False, seed=0):
    rng = np.random.default_rng(seed)
    labels = (rng.random(rows) < 0.1).astype(np.int8)
    scores = labels + rng.normal(size=rows)
    return labels, np.round(scores, 1) if ties else scores


@pytest.mark.parametrize("ties", [False, True])
def test_average_precision_and_auc_agree_with_scikit_learn(ties):
    labels, scores = scored(ties=ties)
    assert average_precision_score(labels, scores) == pytest.approx(
        metrics.average_precision_score(labels, scores)
    )
    assert roc_auc_score(labels, scores) == pytest.approx(metrics.roc_auc_score(labels, scores))


@pytest.mark.parametrize("ties", [False, True])
def test_weights_count_rows_more_than_once(ties):
    labels, scores = scored(ties=ties)
    weights = np.random.default_rng(1).integers(0, 4, len(labels)).astype(float)
    repeated = np.repeat(np.arange(len(labels)), weights.astype(int))
    assert average_precision_score(labels, scores, weights) == pytest.approx(
        average_precision_score(labels[repeated], scores[repeated])
    )


def test_the_curve_agrees_with_scikit_learn():
    labels, scores = scored(ties=True)
    curve = precision_recall_curve(labels, scores)
    precision, recall, thresholds = metrics.precision_recall_curve(labels, scores)
    assert curve.thresholds == pytest.approx(thresholds[::-1])
    assert curve.precision == pytest.approx(precision[:-1][::-1])
    assert curve.recall == pytest.approx(recall[:-1][::-1])


def test_equal_scores_rank_nothing():
    labels, _ = scored()
    equal = np.zeros(len(labels))
    assert average_precision_score(labels, equal) == pytest.approx(labels.mean())
    assert roc_auc_score(labels, equal) == 0.5


def test_without_a_fraud_there_is_no_precision():
    labels = np.zeros(5, np.int8)
    scores = np.arange(5.0)
    assert average_precision_score(labels, scores) == 0
    assert recall_at_precision(labels, scores) == 0
    assert roc_auc_score(labels, scores) == 0.5


def test_recall_at_precision_takes_the_best_threshold():
    labels = np.array([1, 1, 0, 1, 0, 0], np.int8)
    scores = np.array([9.0, 8.0, 7.0, 6.0, 5.0, 4.0])
    assert recall_at_precision(labels, scores, precision=0.9) == pytest.approx(2 / 3)
    assert recall_at_precision(labels, scores, precision=0.75) == pytest.approx(1.0)


def test_recall_at_an_unreached_precision_is_zero():
    labels = np.array([0, 1], np.int8)
    assert recall_at_precision(labels, np.array([2.0, 1.0])) == 0


def test_brier_loss_of_certainty():
    labels = np.array([1, 0], np.int8)
    assert brier_loss(labels, np.array([1.0, 0.0])) == 0
    assert brier_loss(labels, np.array([0.0, 1.0])) == 1


def test_a_drawn_curve_keeps_its_ends():
    labels, scores = scored(rows=5_000)
    curve = precision_recall_curve(labels, scores)
    points = drawn_points(curve, most=50)
    assert len(points) <= 50
    assert points[0] == (round(curve.recall[0], 4), curve.precision[0])
    assert points[-1][0] == 1.0
    recalls = [recall for recall, _ in points]
    assert recalls == sorted(recalls)
