"""One sample tells every rate at every threshold."""

import numpy as np
import pytest

from monitoring.domain.estimation import Evidence
from monitoring.domain.estimation.curve import curve
from tests.monitoring.samples import World, sample_of


def scored():
    """Scores 0.1 and 0.3 were approved and audited, 0.7 and 0.9 flagged and all judged."""
    rows = [(0, True, 0.02, 2), (0, False, 0.02, 398), (1, True, 0.1, 10), (1, False, 0.1, 90)]
    rows += [(2, True, 1.0, 60), (2, False, 1.0, 140), (3, True, 1.0, 80), (3, False, 1.0, 20)]
    sample = sample_of(rows, count=[20_000, 1_000, 200, 100], side=[0, 0, 1, 1])
    return sample, np.array([0.1, 0.3, 0.7, 0.9])[sample.cell]


def test_each_threshold_has_the_rates_of_a_policy_that_flags_from_there_on() -> None:
    lower, higher = curve(*scored(), [0.3, 0.7])
    frauds, honest = 100 + 100 + 60 + 80, 19_900 + 900 + 140 + 20
    assert higher.recall.estimate == pytest.approx(140 / frauds)
    assert higher.precision.estimate == pytest.approx(140 / 300)
    assert higher.flag_fpr.estimate == pytest.approx(160 / honest)
    assert lower.recall.estimate == pytest.approx(240 / frauds)
    assert lower.precision.estimate == pytest.approx(240 / 1_300)
    assert lower.flag_fpr.estimate == pytest.approx(1_060 / honest)


def test_a_higher_threshold_flags_fewer_frauds_and_fewer_customers() -> None:
    points = curve(*scored(), np.linspace(0.0, 0.9, 19))
    for rate in ("recall", "flag_fpr"):
        values = [getattr(point, rate).estimate for point in points]
        known = [value for value in values if value is not None]
        assert len(known) > 4
        assert known == sorted(known, reverse=True)


def test_a_threshold_below_all_scores_misses_nothing_and_says_so_by_refusing() -> None:
    (point,) = curve(*scored(), [0.0])
    assert point.flag_fpr.estimate == 1
    assert point.recall.estimate is None  # no missed fraud can be found


def test_payments_without_a_score_are_never_flagged() -> None:
    sample, score = scored()
    score[sample.cell == 3] = np.nan
    (point,) = curve(sample, score, [0.7])
    assert point.precision.estimate == pytest.approx(60 / 200)


def test_thin_evidence_is_refused_at_each_threshold_by_itself() -> None:
    low, high = curve(*scored(), [0.3, 0.7], required=Evidence(events=4))
    assert low.recall.estimate is None  # two frauds found below
    assert high.recall.estimate is not None


def test_intervals_along_the_curve_hold_the_truth() -> None:
    world, rng = World(), np.random.default_rng(2)
    frauds = np.array(world.sizes) * np.array(world.shares)
    held = np.zeros(2)
    for _ in range(40):
        sample = world.draw(rng)
        for place, point in enumerate(curve(sample, sample.cell.astype(float), [2.0, 4.0])):
            truth = frauds[2 + 2 * place :].sum() / frauds.sum()
            high = 1.0 if point.recall.high is None else point.recall.high
            held[place] += point.recall.low <= truth <= high
    assert (held >= 35).all()
