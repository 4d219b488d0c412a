"""A candidate is tested on later payments and on customers nobody learned from."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from monitoring.models import TrainingRun
from monitoring.services.training import (
    TrainingRequest,
    request_training,
    run_training,
)
from scoring.domain.estimator import XGBoostOptions
from scoring.models import ModelVersion
from scoring.services.promotion import promote_recommended
from tests.histories import at
from tests.monitoring.labelled import add_labelled_payments
from tests.versions import REASON

pytestmark = pytest.mark.django_db

DAYS = 36
NOW = at(DAYS + 30)


@pytest.fixture(autouse=True)
def history(settings, tmp_path):
    settings.FRAUDREVIEW_MODELS = tmp_path
    return add_labelled_payments(days=DAYS)


def trained(now=NOW, **request):
    asked = TrainingRequest("card", options=XGBoostOptions(trees=20), **request)
    run = request_training(by=None, trigger="button", now=now, request=asked)
    return run_training(training_run=run, clock=lambda: now)


def promoted(dana, **request):
    version = trained(**request).model_version
    promote_recommended(model_version=version, by=dana, reason=REASON, now=NOW)
    return version


def test_the_slice_has_a_line_of_its_own():
    run = trained()
    kept, sheet = run.model_version.metrics["slice"], run.datasheet.body["evaluation_slice"]
    assert (kept["rows"], kept["frauds"]) == (sheet["test_rows"], sheet["test_frauds"])
    assert 0 < kept["rows"] < run.model_version.metrics["test"]["rows"]
    for rate in kept["rates"]:
        assert rate["refused"] or rate["low"] <= rate["estimate"] <= rate["high"]


def test_a_champion_has_seen_no_row_of_the_comparison(dana):
    promoted(dana)
    champion = trained().model_version.metrics["champion"]
    assert (champion["seen_rows"], champion["left_out_rows"]) == (0, 0)
    assert {measure["name"] for measure in champion["slice_measures"]} >= {"fpr", "cost_per_1000"}


def test_what_the_champion_has_learned_from_is_left_out_for_both(dana):
    promoted(dana)
    run = trained(window_until=at(27))
    test, champion = run.model_version.metrics["test"], run.model_version.metrics["champion"]
    assert champion["left_out_rows"] > 0
    assert champion["test"]["rows"] == test["rows"] - champion["left_out_rows"]
    assert champion["seen_rows"] == 0
    kept = run.model_version.metrics["slice"]["rows"]
    assert champion["test"]["rows"] >= kept > 0


def test_a_champion_of_another_slice_has_seen_its_customers_too(dana):
    version = promoted(dana)
    before = trained(window_until=at(24)).model_version.metrics["champion"]
    data = {**version.metrics["dataset"], "evaluation_slice": "another"}
    ModelVersion.objects.filter(pk=version.pk).update(metrics={**version.metrics, "dataset": data})
    after = trained(window_until=at(24)).model_version.metrics["champion"]
    assert after["left_out_rows"] > before["left_out_rows"]


@pytest.fixture
def moment():
    """A moment of the real past at which a history of its own was known: programs say no `now`."""
    start = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=90)
    add_labelled_payments(days=DAYS, start=start, seed=9)
    return start + timedelta(days=DAYS + 20)


def test_the_command_learns_as_of_a_moment(capsys, moment):
    asked = [f"--from={moment - timedelta(days=60):%Y-%m-%d}", f"--as-of={moment:%Y-%m-%d}"]
    call_command("train", "--feature-set=card", "--json", *asked)
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    run = TrainingRun.objects.get()
    assert run.datasheet.as_of == moment
    assert told["metrics"]["dataset"]["content_hash"] == run.datasheet.content_hash


def test_the_command_refuses_a_moment_to_come():
    with pytest.raises(CommandError, match="cannot be learned yet"):
        call_command("train", "--feature-set=card", "--as-of=2999-01-01")


def test_a_program_asks_as_of_a_moment_and_reads_the_datasheet(api_key, dana, moment):
    client = api_key("models", acts_for=dana)
    body = {"feature_set": "card", "as_of": moment.isoformat()}
    asked = client.post("/api/v1/training-runs/", body, format="json").json()
    assert asked["dataset"] is None
    run_training(training_run=TrainingRun.objects.get(), clock=timezone.now)
    (run,) = client.get("/api/v1/training-runs/").json()["results"]
    sheet = run["dataset"]
    assert sheet["as_of"] == moment.isoformat()
    assert sheet["rows"] + sum(sheet["left_out"].values()) == sheet["payments"]
    assert len(sheet["content_hash"]) == 64


def test_a_list_of_runs_takes_the_same_queries_however_long(
    api_key, dana, django_assert_max_num_queries
):
    client = api_key("models", acts_for=dana)
    for _ in range(3):
        trained()
    # Reading the key, noting its use, and the runs with their datasheets.
    with django_assert_max_num_queries(3):
        assert len(client.get("/api/v1/training-runs/").json()["results"]) == 3
