"""Labels that the data contradict are looked at again by a person; none is ever flipped."""

from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.domain.label_errors import (
    FOLDS,
    entity_folds,
    most_doubted,
    out_of_fold,
    self_confidence,
    too_little,
)
from scoring.domain.estimator import XGBoostOptions

entities = st.lists(st.integers(0, 30), min_size=1, max_size=200)


@given(entities, st.integers(0, 9))
def test_payments_of_one_entity_share_their_fold(names, seed) -> None:
    folds = entity_folds(np.array(names), rng=np.random.default_rng(seed))
    assert set(folds.tolist()) <= set(range(FOLDS))
    of_name = {name: set(folds[np.array(names) == name].tolist()) for name in names}
    assert all(len(found) == 1 for found in of_name.values())


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1))
@settings(max_examples=50)
def test_the_least_likely_come_first_and_only_eligible_ones(rows) -> None:
    confidence = np.array([value for value, _ in rows])
    eligible = np.array([flag for _, flag in rows])
    places = most_doubted(confidence, eligible)
    assert all(eligible[place] and confidence[place] < 0.5 for place in places)
    found = confidence[places].tolist()
    assert found == sorted(found)


def test_planted_errors_are_among_the_most_doubted() -> None:
    """4,000 payments, a tenth fraud, 20 labels turned round: the search finds most of them."""
    rng = np.random.default_rng(3)
    truth = (rng.random(4_000) < 0.1).astype(np.int8)
    values = rng.normal(truth[:, None] * 2.5, 1.0, (4_000, 4)).astype(np.float32)
    wrong = rng.choice(4_000, 20, replace=False)
    labels = truth.copy()
    labels[wrong] = 1 - labels[wrong]
    folds = entity_folds(rng.integers(0, 800, 4_000), rng=rng)
    chances = out_of_fold(values, labels, folds, options=XGBoostOptions(trees=40))
    assert np.isfinite(chances).all() and abs(chances.mean() - labels.mean()) < 0.01
    confidence = self_confidence(chances, labels)
    first = most_doubted(confidence, np.ones(4_000, bool))[:30]
    assert len(set(first) & set(wrong.tolist())) >= 14
    assert np.median(confidence) > 0.95


def test_little_is_refused_with_a_sentence() -> None:
    assert too_little(1_000, 50) == ""
    assert too_little(5_000, 12) == "5,000 labels, 12 of them frauds: this needs 1,000 and 50."


def test_it_looks_weekly_and_small_by_default() -> None:
    from django.conf import settings as declared

    from fraudreview.celery import app

    assert declared.FRAUDREVIEW_LABEL_ERROR_REVIEWS == 5
    schedule = app.conf.beat_schedule["search label errors weekly"]["schedule"]
    assert schedule.remaining_estimate(schedule.now()) <= timedelta(days=7)
