"""The page of a dataset: what a run learned from, what not, and how to make it again."""

import json

import pytest

from monitoring.models import TrainingRun
from monitoring.services.training import TrainingRequest, request_training, run_training
from scoring.domain.estimator import XGBoostOptions
from scoring.services.promotion import promote_recommended
from tests.histories import at
from tests.monitoring.labelled import add_labelled_payments
from tests.versions import REASON

pytestmark = pytest.mark.django_db

DAYS = 36
NOW = at(DAYS + 30)


@pytest.fixture
def sheet(settings, tmp_path, now):
    """The datasheet of a finished run."""
    settings.FRAUDREVIEW_MODELS = tmp_path
    add_labelled_payments(days=DAYS)
    asked = TrainingRequest("card", options=XGBoostOptions(trees=10))
    run = request_training(by=None, trigger="button", now=NOW, request=asked)
    return run_training(training_run=run, clock=lambda: NOW).datasheet


def read(client, sheet, rest=""):
    return client.get(f"/models/datasets/{sheet.pk}/{rest}")


def test_it_says_what_is_in_it_and_what_is_not(client_of, max_, sheet):
    text = read(client_of(max_), sheet).content.decode()
    assert sheet.content_hash in text
    assert "Its own customer&#x27;s fraud" in text
    assert "no model ever learns from" in text
    assert "Version 1" in text
    assert f"0 read back as they were stored, {sheet.rows:,} computed" in text
    assert "style=" not in text


def test_the_file_holds_the_whole_datasheet(client_of, dana, sheet):
    response = read(client_of(dana), sheet, "datasheet.json")
    assert "dataset-" in response["Content-Disposition"]
    told = json.loads(response.content)
    assert (told["content_hash"], told["rows"]) == (sheet.content_hash, sheet.rows)
    assert set(sheet.body) <= set(told)


@pytest.mark.parametrize("rest", ["", "datasheet.json"])
def test_an_analyst_may_not_look(client_of, alice, sheet, rest):
    assert read(client_of(alice), sheet, rest).status_code == 403


@pytest.mark.parametrize("rest", ["", "datasheet.json"])
def test_an_unknown_dataset_is_not_found(client_of, dana, rest):
    assert client_of(dana).get(f"/models/datasets/99/{rest}").status_code == 404


def test_the_page_takes_few_queries(client_of, max_, sheet, django_assert_max_num_queries):
    client = client_of(max_)
    read(client, sheet)
    with django_assert_max_num_queries(6):
        read(client, sheet)


def test_the_model_card_leads_there_and_shows_the_other_customers(client_of, max_, sheet):
    text = client_of(max_).get("/models/1/").content.decode()
    assert f"/models/datasets/{sheet.pk}/" in text
    assert "On customers that no model has learned from" in text


def test_the_card_compares_both_models_on_the_other_customers(client_of, dana, max_, sheet):
    version = sheet.training_run.model_version
    promote_recommended(model_version=version, by=dana, reason=REASON, now=NOW)
    asked = TrainingRequest("card", options=XGBoostOptions(trees=30))
    run = request_training(by=None, trigger="button", now=NOW, request=asked)
    run_training(training_run=run, clock=lambda: NOW)
    text = client_of(max_).get("/models/2/").content.decode()
    assert "Beside v1 on the same customers" in text
    assert "v1 has learned from none of them." in text


def test_the_button_takes_a_day(client_of, dana):
    client = client_of(dana)
    client.post("/models/train/", {"as_of": "2026-01-15"})
    assert TrainingRun.objects.get().options["as_of"] == "2026-01-15T00:00:00+00:00"


def test_a_day_that_is_none_is_refused(client_of, dana):
    text = client_of(dana).post("/models/train/", {"as_of": "soon"}, follow=True).content.decode()
    assert "As of which day?" in text
    assert not TrainingRun.objects.exists()


def test_a_day_to_come_is_refused(client_of, dana):
    body = {"as_of": "2999-01-15"}
    text = client_of(dana).post("/models/train/", body, follow=True).content.decode()
    assert "cannot be learned yet" in text
    assert not TrainingRun.objects.exists()
