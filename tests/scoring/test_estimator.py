"""Estimators behind one type: margins rank, contributions add up, files give the same model."""

import numpy as np
import pytest

from scoring.domain.errors import Problem
from scoring.domain.estimator import (
    Estimator,
    LogisticOptions,
    XGBoostOptions,
    calibrate,
    fit,
    options_from_numbers,
    read_model,
)
from scoring.domain.estimator.options import options_to_numbers

BOTH = pytest.mark.parametrize("options", [XGBoostOptions(trees=30), LogisticOptions()])


@pytest.fixture(scope="module")
def rows():
    """2,000 rows of three inputs; the first two make fraud likely, some values are missing."""
    rng = np.random.default_rng(7)
    values = rng.normal(size=(2000, 3)).astype(np.float32)
    log_odds = 2.0 * values[:, 0] + values[:, 1] - 3.0
    labels = (rng.random(2000) < 1 / (1 + np.exp(-log_odds))).astype(np.int8)
    values[rng.random(values.shape) < 0.05] = np.nan
    return values, labels


@BOTH
def test_contributions_and_base_value_sum_to_the_margin(rows, options):
    values, labels = rows
    estimator = fit(values, labels, options=options)
    contributions = estimator.contributions(values)
    assert contributions.shape == (2000, 4)
    assert np.allclose(contributions.sum(axis=1), estimator.margins(values), atol=1e-4)
    assert len(set(contributions[:, -1])) == 1


@BOTH
def test_frauds_rank_above_legitimate_rows(rows, options):
    values, labels = rows
    margins = fit(values, labels, options=options).margins(values)
    assert margins.dtype == np.float64
    assert margins[labels == 1].mean() > margins[labels == 0].mean() + 1


@BOTH
def test_a_stored_model_gives_the_same_margins(rows, options):
    values, labels = rows
    estimator = fit(values, labels, options=options)
    again = Estimator(read_model(estimator.kind, estimator.model.to_bytes()))
    assert np.array_equal(again.margins(values), estimator.margins(values))


@BOTH
def test_one_row_scores_as_it_does_among_many(rows, options):
    values, labels = rows
    estimator = fit(values, labels, options=options)
    alone = np.concatenate([estimator.margins(values[i : i + 1]) for i in range(20)])
    assert np.allclose(alone, estimator.margins(values[:20]), atol=1e-6)


@BOTH
def test_the_same_rows_give_the_same_model(rows, options):
    values, labels = rows
    first, second = (fit(values, labels, options=options).model.to_bytes() for _ in range(2))
    assert first == second


@BOTH
def test_weights_move_the_model(rows, options):
    values, labels = rows
    weights = np.where(labels == 1, 10.0, 1.0)
    plain = fit(values, labels, options=options).margins(values)
    weighted = fit(values, labels, options=options, weights=weights).margins(values)
    assert weighted.mean() > plain.mean() + 0.5


def test_a_stopped_booster_is_cut_before_it_is_saved(rows):
    values, labels = rows
    options = XGBoostOptions(trees=300, rate=0.5, early_stopping_rounds=5)
    validation = (values[1500:], labels[1500:])
    estimator = fit(values[:1500], labels[:1500], options=options, validation=validation)
    trees = estimator.model.booster.num_boosted_rounds()
    assert 1 <= trees < 290
    full = fit(values[:1500], labels[:1500], options=XGBoostOptions(trees=trees, rate=0.5))
    assert np.allclose(full.margins(values), estimator.margins(values))


def test_the_fit_tells_how_many_trees_are_done(rows):
    values, labels = rows
    seen: list[int] = []
    fit(values, labels, options=XGBoostOptions(trees=12), progress=seen.append)
    assert seen == list(range(1, 13))


def test_an_unweighted_model_is_the_default():
    assert XGBoostOptions().scale_pos_weight is None
    assert (XGBoostOptions().bins, XGBoostOptions().base_score) == (4096, 0.5)


def test_a_weight_for_frauds_is_an_option(rows):
    values, labels = rows
    heavy = fit(values, labels, options=XGBoostOptions(trees=30, scale_pos_weight=20.0))
    plain = fit(values, labels, options=XGBoostOptions(trees=30))
    assert heavy.margins(values).mean() > plain.margins(values).mean() + 1


@BOTH
def test_probabilities_lie_between_zero_and_one(rows, options):
    values, labels = rows
    estimator = calibrate(fit(values, labels, options=options), values, labels)
    extreme = np.array([-1e9, -50.0, 0.0, 50.0, 1e9])
    probabilities = estimator.probabilities(extreme)
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    assert (np.diff(probabilities) >= 0).all()


@pytest.mark.parametrize(("label", "word"), [(0, "legitimate"), (1, "fraud")])
def test_one_class_is_refused(label, word):
    values = np.zeros((5, 2), np.float32)
    with pytest.raises(Problem, match=word) as refusal:
        fit(values, np.full(5, label, np.int8))
    assert refusal.value.code == "one_class"


def test_no_rows_are_refused():
    with pytest.raises(Problem) as refusal:
        fit(np.zeros((0, 2), np.float32), np.zeros(0, np.int8))
    assert refusal.value.code == "no_rows"


def test_an_infinite_value_is_refused(rows):
    values, labels = rows
    broken = values.copy()
    broken[3, 1] = np.inf
    with pytest.raises(Problem) as refusal:
        fit(broken, labels)
    assert refusal.value.code == "not_finite"


@BOTH
def test_rows_of_another_width_are_refused(rows, options):
    values, labels = rows
    estimator = fit(values, labels, options=options)
    for question in (estimator.margins, estimator.contributions):
        with pytest.raises(Problem) as refusal:
            question(values[:, :2])
        assert refusal.value.code == "feature_count"


def test_options_survive_json():
    for options in (XGBoostOptions(depth=5, early_stopping_rounds=7), LogisticOptions()):
        assert options_from_numbers(options_to_numbers(options)) == options


@pytest.mark.parametrize(
    ("numbers", "code"),
    [({"kind": "oracle"}, "unknown_model"), ({"treees": 3}, "unknown_option")],
)
def test_unknown_options_are_refused(numbers, code):
    with pytest.raises(Problem) as refusal:
        options_from_numbers(numbers)
    assert refusal.value.code == code
