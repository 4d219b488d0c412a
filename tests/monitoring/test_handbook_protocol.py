"""The published week of the handbook, on its own inputs: same rows, and better than its models."""

import numpy as np
import polars as pl
import pytest

from monitoring.domain.dataset import Fold, drop_known_compromised
from monitoring.domain.evaluation import (
    average_precision_score,
    brier_loss,
    card_precision_at,
    recall_at_precision,
    roc_auc_score,
)
from scoring.domain.estimator import LogisticOptions, XGBoostOptions, fit


@pytest.fixture(scope="module")
def week(shared_data):
    folder = shared_data / "handbook"
    inputs = pl.read_parquet(folder / "reference_features_2018-07-25_to_2018-08-14.parquet")
    truth = pl.read_parquet(
        folder / "transactions_2018-04-01_to_2018-08-14.parquet",
        columns=["TRANSACTION_ID", "TX_TIME_DAYS", "CUSTOMER_ID", "TX_FRAUD"],
    )
    rows = inputs.join(truth, on="TRANSACTION_ID")
    days = rows["TX_TIME_DAYS"].to_numpy().astype(np.int64)
    return (
        rows.select(inputs.columns[1:]).to_numpy().astype(np.float32),
        rows["TX_FRAUD"].to_numpy(),
        rows["CUSTOMER_ID"].to_numpy().astype(np.int64),
        days,
        Fold(int(days.min()), 7, 7, 7),
    )


@pytest.fixture(scope="module")
def scores(week):
    """Test labels, cards, days, and margins by kind of model."""
    values, labels, cards, days, fold = week
    train, test = fold.train(days), drop_known_compromised(fold, days, cards, labels)
    estimators = {
        options.kind: fit(values[train], labels[train], options=options)
        for options in (XGBoostOptions(), LogisticOptions())
    }
    margins = {kind: estimator.margins(values[test]) for kind, estimator in estimators.items()}
    return labels[test], cards[test], days[test], margins


def test_training_and_test_rows_are_those_published(week):
    _, labels, cards, days, fold = week
    train, test = fold.train(days), drop_known_compromised(fold, days, cards, labels)
    assert (train.sum(), labels[train].sum()) == (67_240, 598)
    assert (test.sum(), labels[test].sum()) == (58_264, 385)


def test_the_default_trees_beat_the_published_ones(scores):
    labels, cards, days, margins = scores
    trees = margins["xgboost"]
    assert average_precision_score(labels, trees) >= 0.675
    assert card_precision_at(labels, trees, cards, days) >= 0.29
    assert recall_at_precision(labels, trees) >= 0.54
    assert brier_loss(labels, 1 / (1 + np.exp(-trees))) <= 0.0031


def test_logistic_regression_is_the_published_one(scores):
    labels, cards, days, margins = scores
    assert average_precision_score(labels, margins["logistic"]) == pytest.approx(0.606, abs=0.005)
    assert roc_auc_score(labels, margins["logistic"]) == pytest.approx(0.870, abs=0.002)
    assert card_precision_at(labels, margins["logistic"], cards, days) == pytest.approx(
        0.291, abs=0.002
    )
