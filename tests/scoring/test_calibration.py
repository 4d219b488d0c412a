"""Calibration: the method is chosen on rows it has not seen, and is kept as plain numbers."""

import json

import numpy as np
import pytest

from scoring.domain.estimator import Calibration, choose_calibration, log_loss
from scoring.domain.estimator.calibration import sigmoid


def drawn(rows, truth, seed=3):
    """Margins of a model and labels drawn from the true log odds `truth(margin)`."""
    rng = np.random.default_rng(seed)
    margins = rng.normal(-2.0, 1.5, rows)
    labels = (rng.random(rows) < sigmoid(truth(margins))).astype(np.int8)
    return margins, labels


def test_margins_that_are_log_odds_stay_as_they_are():
    margins, labels = drawn(400, lambda m: m)
    calibration = choose_calibration(margins, labels)
    assert np.allclose(calibration(margins), sigmoid(margins), atol=0.08)


def test_overconfident_margins_are_flattened():
    margins, labels = drawn(3_000, lambda m: 0.4 * m + 0.5)
    calibration = choose_calibration(margins, labels)
    assert calibration.method == "sigmoid"
    assert calibration.slope == pytest.approx(0.4, abs=0.1)
    assert log_loss(labels, calibration(margins)) < log_loss(labels, sigmoid(margins))


def test_isotonic_needs_a_thousand_frauds():
    def bent(margins):
        return np.where(margins > -2, 1.0, -3.0)

    few, few_labels = drawn(1_500, bent)
    many, many_labels = drawn(8_000, bent)
    assert few_labels.sum() < 1_000 <= many_labels.sum()
    assert choose_calibration(few, few_labels).method != "isotonic"
    assert choose_calibration(many, many_labels).method == "isotonic"


def test_isotonic_steps_are_few_and_rise():
    margins, labels = drawn(8_000, lambda m: np.where(m > -2, 1.0, -3.0))
    calibration = choose_calibration(margins, labels)
    assert len(calibration.knots) < 400
    assert (np.diff(calibration.knots[:, 0]) > 0).all()
    assert (np.diff(calibration.knots[:, 1]) >= 0).all()
    grid = calibration(np.linspace(-20, 20, 500))
    assert 0 < grid.min() < grid.max() < 1


def test_too_few_frauds_leave_the_margins_alone():
    margins, labels = drawn(200, lambda m: m - 4)
    assert labels.sum() < 20
    assert choose_calibration(margins, labels).method == "none"


def test_a_falling_line_never_turns_the_ranking_around():
    margins, labels = drawn(3_000, lambda m: -m - 3)
    calibration = choose_calibration(margins, labels)
    assert (np.diff(calibration(np.linspace(-6, 3, 50))) > 0).all()


@pytest.mark.parametrize(
    "calibration",
    [
        Calibration(),
        Calibration("sigmoid", 0.7, -0.2),
        Calibration("isotonic", knots=np.array([[-2.0, 0.1], [0.0, 0.1], [1.0, 0.8]])),
    ],
)
def test_a_calibration_survives_json(calibration):
    again = Calibration.from_numbers(json.loads(json.dumps(calibration.to_numbers())))
    margins = np.linspace(-5, 5, 40)
    assert np.array_equal(again(margins), calibration(margins))


def test_log_loss_of_certain_errors_is_finite():
    assert np.isfinite(log_loss(np.array([1, 0], np.int8), np.array([0.0, 1.0])))
