"""A training run: a registered candidate beside the champion, or a failure that says why."""

from datetime import timedelta

import numpy as np
import pytest
from django.db import connections

from monitoring.models import TrainingRun
from monitoring.services.training import (
    TrainingRequest,
    fail_lost_runs,
    request_training,
    request_weekly_training,
    run_queued_training,
    run_training,
)
from monitoring.services.training.running import LOCK
from scoring.domain.errors import Problem
from scoring.domain.estimator import LogisticOptions, XGBoostOptions
from scoring.models import ModelVersion
from scoring.selectors.policies import active_policy
from scoring.selectors.registry import production_version
from scoring.services.locking import advisory_lock
from scoring.services.promotion import promote_recommended
from scoring.services.registry import load_estimator, loading
from tests.histories import at
from tests.monitoring.labelled import add_labelled_payments
from tests.versions import REASON

pytestmark = pytest.mark.django_db

DAYS = 36
QUICK = XGBoostOptions(trees=20)


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.FRAUDREVIEW_MODELS = tmp_path


@pytest.fixture
def later():
    """A moment at which every label of the history is known."""
    return at(DAYS + 30)


def history(**changes):
    return add_labelled_payments(days=DAYS, **changes)


def trained(now, by=None, trigger="button", **request):
    request = TrainingRequest(**{"feature_set": "card", "options": QUICK, **request})
    run = request_training(by=by, trigger=trigger, now=now, request=request)
    return run_training(training_run=run, clock=lambda: now)


def test_a_run_registers_a_candidate_that_decides_nothing(later, dana):
    history()
    run = trained(later, by=dana)
    assert (run.status, run.progress, run.step, run.error) == ("succeeded", 1.0, "Done", "")
    version = run.model_version
    assert (version.number, version.stage, version.created_by) == (1, "candidate", dana)
    assert active_policy().model_version is None


def test_the_evidence_stands_beside_always_approving(later):
    history()
    metrics = trained(later).model_version.metrics
    test = metrics["test"]
    assert test["average_precision"] > 0.8
    assert test["cost_per_1000"] < test["baseline"]["cost_per_1000"]
    assert set(test["blocked"]) == {"confusion", "report", "precision", "recall", "fpr"}
    assert metrics["champion"] is None


def test_the_periods_of_the_evidence_share_no_payment(later):
    ids = history()
    run = trained(later)
    parts = run.dataset["parts"]
    kept = run.datasheet.body["evaluation_slice"]["not_learned_from"]
    assert sum(part["rows"] for part in parts.values()) + kept == len(ids) == run.dataset["rows"]
    borders = [parts[name]["from"] for name in ("fit", "calibrate", "thresholds", "gap", "test")]
    assert borders == sorted(borders)
    assert run.dataset["sources"] == {"import": len(ids)}


def test_the_recommended_thresholds_come_with_their_rule(later):
    history()
    advice = trained(later).model_version.recommended_policy
    assert advice["review_threshold"] > 0
    assert "Review from" in advice["rule"]


def test_the_registered_model_is_the_one_that_was_tested(later):
    history()
    version = trained(later).model_version
    estimator = load_estimator(version)
    assert estimator.kind == "xgboost"
    assert version.trained_until < later
    assert np.isfinite(estimator.margins(np.ones((3, 15), np.float32))).all()


def test_the_candidate_meets_the_champion_on_the_same_rows(later, dana):
    history()
    first = trained(later).model_version
    promote_recommended(model_version=first, by=dana, reason=REASON, now=later)
    second = trained(later, options=XGBoostOptions(trees=60)).model_version
    champion = second.metrics["champion"]
    assert champion["number"] == 1
    assert champion["test"]["rows"] == second.metrics["test"]["rows"]
    assert champion["seen_rows"] == 0
    gates = {measure["name"]: measure["gate"] for measure in champion["measures"]}
    assert set(gates) >= {"fpr", "cost_per_1000", "average_precision", "recall_at_equal_alerts"}
    assert production_version() == first


def test_an_unusable_champion_does_not_stop_the_training(later, dana, settings):
    history()
    first = trained(later).model_version
    promote_recommended(model_version=first, by=dana, reason=REASON, now=later)
    loading._loaded.clear()
    model = settings.FRAUDREVIEW_MODELS / first.artefact / "model.ubj"
    model.write_bytes(b"{}")
    champion = trained(later).model_version.metrics["champion"]
    assert "altered" in champion["unusable"]


def test_the_next_run_takes_the_feature_set_of_the_deciding_version(later, dana):
    history()
    first = trained(later).model_version
    promote_recommended(model_version=first, by=dana, reason=REASON, now=later)
    assert trained(later, feature_set="").feature_set == "card"


def test_logistic_regression_can_be_trained(later):
    history()
    version = trained(later, options=LogisticOptions()).model_version
    assert version.metrics["estimator"]["kind"] == "logistic"


def test_labels_that_are_not_known_yet_do_not_teach(later):
    history()
    run = trained(at(DAYS))
    assert run.dataset["parts"]["test"]["until"] <= (at(DAYS) - timedelta(days=6)).isoformat()


def test_a_window_can_be_asked_for(later):
    history()
    run = trained(later, window_from=at(4), window_until=at(30))
    parts = run.dataset["parts"]
    assert parts["fit"]["from"] == at(4).isoformat()
    assert parts["test"]["until"] == at(30).isoformat()


@pytest.mark.parametrize(
    ("start", "end"),
    [(-40, -9), (None, -9), (DAYS + 2, DAYS + 20)],
    ids=["before", "until before", "after"],
)
def test_a_window_without_payments_teaches_nothing(later, start, end):
    history()
    run = trained(later, window_from=None if start is None else at(start), window_until=at(end))
    assert (run.status, run.error_code) == ("failed", "no_payments")


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        (lambda: None, "no_payments"),
        (lambda: add_labelled_payments(days=9), "window_too_short"),
        (lambda: add_labelled_payments(days=DAYS, label_after=timedelta(days=999)), "no_labels"),
        (lambda: add_labelled_payments(days=DAYS, frauds=False), "one_class"),
    ],
    ids=["nothing", "too short", "no labels", "no frauds"],
)
def test_a_run_that_cannot_learn_fails_with_its_reason(later, prepare, code):
    prepare()
    run = trained(later)
    assert (run.status, run.error_code) == ("failed", code)
    assert run.error
    assert run.finished_at == later
    assert ModelVersion.objects.count() == 0


def test_a_model_that_tells_nothing_apart_is_refused(later):
    history()
    run = trained(later, options=XGBoostOptions(trees=1, rate=0.0))
    assert (run.status, run.error_code) == ("failed", "degenerate_model")
    assert ModelVersion.objects.count() == 0


def test_an_unforeseen_error_ends_the_run(later):
    history()
    run = request_training(by=None, trigger="api", now=later)
    TrainingRun.objects.filter(pk=run.pk).update(options={"feature_set_hash": "gone"})
    run = run_training(training_run=run, clock=lambda: later)
    assert (run.status, run.error_code) == ("failed", "internal_error")
    assert "DoesNotExist" in run.error


def test_every_step_can_be_watched(later):
    history()
    run = request_training(by=None, trigger="api", now=later, request=TrainingRequest("card"))
    ticks = iter(range(100_000))
    seen = []
    run_training(
        training_run=run,
        clock=lambda: later + timedelta(seconds=next(ticks)),
        watch=lambda step, share: seen.append((share, step)),
    )
    shares = [share for share, _ in seen]
    assert shares == sorted(shares)
    words = " / ".join(step for _, step in seen)
    assert "Fitting trees: 50 of 100" in words
    assert "Computing features: 2,160 of 2,160" in words


def test_a_second_run_is_not_accepted(later, dana):
    request_training(by=dana, trigger="button", now=later)
    with pytest.raises(Problem) as refusal:
        request_training(by=dana, trigger="api", now=later)
    assert refusal.value.code == "training_in_progress"
    assert request_weekly_training(now=later) is None
    assert TrainingRun.objects.count() == 1


def test_the_weekly_schedule_asks_like_everybody_else(later):
    run = request_weekly_training(now=later)
    assert (run.status, run.trigger, run.requested_by) == ("queued", "schedule", None)


def test_an_unknown_feature_set_is_refused_at_once(later):
    with pytest.raises(Problem) as refusal:
        request_training(by=None, trigger="api", now=later, request=TrainingRequest("nothing"))
    assert refusal.value.code == "unknown_feature_set"


def test_an_impossible_window_is_refused_at_once(later):
    asked = TrainingRequest("card", window_from=at(5), window_until=at(4))
    with pytest.raises(Problem) as refusal:
        request_training(by=None, trigger="api", now=later, request=asked)
    assert refusal.value.errors[0].field == "window_from"


def test_a_worker_runs_what_waits(later):
    history()
    assert run_queued_training(clock=lambda: later) is None
    request_training(by=None, trigger="api", now=later, request=TrainingRequest("card"))
    assert run_queued_training(clock=lambda: later).status == "succeeded"
    assert run_queued_training(clock=lambda: later) is None


def test_a_run_is_run_once(later):
    run = trained(later)
    with pytest.raises(Problem) as refusal:
        run_training(training_run=run, clock=lambda: later)
    assert refusal.value.code == "training_taken"


def lost_run(now):
    return TrainingRun.objects.create(
        status="running", trigger="button", feature_set="card", requested_at=now, started_at=now
    )


def test_a_run_whose_process_died_fails(later):
    run = lost_run(later)
    assert fail_lost_runs(now=later) == 1
    run.refresh_from_db()
    assert (run.status, run.error_code, run.finished_at) == ("failed", "worker_lost", later)


def test_a_run_whose_process_lives_goes_on(later):
    run = lost_run(later)
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock_number()])
        assert fail_lost_runs(now=later) == 0
        run.refresh_from_db()
        assert run.status == "running"
    finally:
        other.close()


def lock_number():
    import hashlib

    return int.from_bytes(hashlib.sha256(LOCK.encode()).digest()[:8], "big", signed=True)


def test_the_lock_is_free_after_a_run(later):
    trained(later)
    with advisory_lock(LOCK) as acquired:
        assert acquired
