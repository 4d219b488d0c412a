"""Champion and challenger on the same rows: differences with intervals, four gates."""

import numpy as np
import pytest

from monitoring.domain.evaluation import Operation, TestRows, compare
from monitoring.domain.promotion import Gate, Measure
from scoring.domain.estimator.calibration import sigmoid


def models(rows=6_000, noise=1.5, seed=4):
    """A champion and a challenger that sees more clearly the smaller `noise` is."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(-3.0, 2.0, rows)
    labels = (rng.random(rows) < sigmoid(truth)).astype(np.int8)
    held_out = TestRows(labels, np.full(rows, 100.0), np.full(rows, 60.0), 2.0)
    champion = truth + rng.normal(0, 1.5, rows)
    challenger = truth + rng.normal(0, noise, rows)
    return tuple(
        Operation(held_out, margins, sigmoid(margins), 0.2, 0.6)
        for margins in (champion, challenger)
    )


def measures(champion, challenger, seed=0):
    clusters = np.arange(len(champion.margins)) // 3
    found = compare(champion, challenger, clusters=clusters, rng=np.random.default_rng(seed))
    return {measure.name: measure for measure in found}


def measure(low, high, *, higher_is_better=False, margin=0.01, events=100):
    middle = None if low is None else (low + high) / 2
    return Measure("m", 0.1, 0.1, middle, low, high, higher_is_better, margin, events)


def test_a_clearer_challenger_passes():
    found = measures(*models(noise=0.1))
    assert found["average_precision"].low > 0
    assert {found[name].gate for name in ("average_precision", "cost_per_1000")} == {Gate.PASS}


def test_a_blind_challenger_fails():
    found = measures(*models(noise=8.0))
    assert found["average_precision"].gate is Gate.FAIL
    assert found["precision"].gate is Gate.FAIL


def test_a_model_is_no_better_than_itself():
    champion, _ = models()
    for same in measures(champion, champion).values():
        assert same.difference == 0
        assert (same.low, same.high) == (0, 0)
        assert same.gate is Gate.PASS


def test_the_same_draws_give_the_same_intervals():
    pair = models(rows=800)
    first, second = measures(*pair, seed=1), measures(*pair, seed=1)
    assert first == second
    assert first != measures(*pair, seed=2)


def test_the_interval_holds_the_difference():
    for found in measures(*models()).values():
        assert found.low <= found.difference <= found.high


def test_whole_clusters_are_resampled():
    champion, challenger = models()
    alone = compare(champion, challenger, clusters=np.arange(6_000), rng=np.random.default_rng(0))
    together = compare(
        champion, challenger, clusters=np.arange(6_000) // 300, rng=np.random.default_rng(0)
    )
    widths = [
        [m.high - m.low for m in found if m.name == "flag_fpr"] for found in (alone, together)
    ]
    assert widths[0] != widths[1]


def test_few_frauds_are_no_data():
    champion, challenger = models(rows=60)
    assert champion.rows.labels.sum() < 10
    assert {found.gate for found in measures(champion, challenger).values()} == {Gate.NO_DATA}


def test_a_champion_that_flags_nothing_has_no_precision():
    champion, challenger = models()
    silent = Operation(champion.rows, champion.margins, champion.probabilities, None, None)
    found = measures(silent, challenger)["precision"]
    assert (found.champion, found.difference, found.gate) == (None, None, Gate.NO_DATA)


@pytest.mark.parametrize(
    ("low", "high", "gate"),
    [
        (-0.05, -0.01, Gate.PASS),
        (-0.01, 0.009, Gate.PASS),
        (-0.01, 0.02, Gate.INCONCLUSIVE),
        (0.02, 0.03, Gate.FAIL),
        (None, None, Gate.NO_DATA),
    ],
)
def test_four_answers_where_lower_is_better(low, high, gate):
    assert measure(low, high).gate is gate


@pytest.mark.parametrize(
    ("low", "high", "gate"),
    [(0.01, 0.05, Gate.PASS), (-0.02, 0.01, Gate.INCONCLUSIVE), (-0.03, -0.02, Gate.FAIL)],
)
def test_four_answers_where_higher_is_better(low, high, gate):
    assert measure(low, high, higher_is_better=True).gate is gate
