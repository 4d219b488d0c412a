"""The backtest command: folds in days, honest numbers, one clear line on bad input."""

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from monitoring.services.backtest import BacktestPlan, backtest
from scoring.domain.errors import Problem
from scoring.models import FeatureVector
from tests.monitoring.labelled import add_labelled_payments

pytestmark = pytest.mark.django_db

# The command asks the real clock which labels are known: all of these, and long since.
START = datetime(2025, 3, 1, tzinfo=UTC)
DAYS = {"train_days": 6, "delay_days": 3, "test_days": 2}
ARGUMENTS = [
    "--train-start", f"{START:%Y-%m-%d}", "--train-days", "6", "--delay-days", "3",
    "--test-days", "2", "--feature-set", "card",
]  # fmt: skip


def told(*arguments):
    out = StringIO()
    call_command("backtest", *ARGUMENTS, *arguments, stdout=out)
    return out.getvalue().strip().splitlines()


def refused(*arguments):
    with pytest.raises(CommandError) as refusal:
        told(*arguments)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


@pytest.fixture
def history():
    return add_labelled_payments(days=16, start=START)


def test_the_last_line_is_one_json_object(history):
    result = json.loads(told("--json")[-1])
    assert set(result) == {"folds", "mean"}
    assert set(result["folds"][0]) == {
        "train_rows", "train_frauds", "test_rows", "test_frauds", "average_precision", "roc_auc",
        "card_precision_at_100", "recall_at_precision_90", "brier", "fit_seconds",
        "feature_seconds",
    }  # fmt: skip


def test_a_model_finds_the_planted_fraud(history):
    fold = json.loads(told("--json")[-1])["folds"][0]
    assert fold["average_precision"] > 0.9
    assert fold["train_frauds"] > 10


def test_folds_move_on_by_the_test_days(history):
    result = json.loads(told("--json", "--folds", "3")[-1])
    assert len(result["folds"]) == 3
    by_hand = [
        backtest(
            plan=BacktestPlan(START.date().replace(day=1 + 2 * number), feature_set="card", **DAYS),
            now=START + timedelta(days=60),
        )[0]
        for number in range(3)
    ]
    assert [fold["test_rows"] for fold in result["folds"]] == [one.test_rows for one in by_hand]
    assert result["mean"]["test_rows"] == pytest.approx(sum(one.test_rows for one in by_hand) / 3)


def test_logistic_regression_is_a_model_too(history):
    fold = json.loads(told("--json", "--model", "logistic")[-1])["folds"][0]
    assert fold["average_precision"] > 0.8


def test_known_compromised_cards_are_dropped(history):
    all_rows = json.loads(told("--json")[-1])["folds"][0]
    dropped = json.loads(told("--json", "--drop-known-compromised")[-1])["folds"][0]
    assert dropped["train_rows"] == all_rows["train_rows"]
    assert dropped["test_rows"] < all_rows["test_rows"]


def test_vectors_are_stored_and_read_back(history):
    first = json.loads(told("--json")[-1])["folds"][0]
    stored = FeatureVector.objects.count()
    assert stored == first["train_rows"] + first["test_rows"]
    again = json.loads(told("--json")[-1])["folds"][0]
    assert FeatureVector.objects.count() == stored
    assert again["average_precision"] == first["average_precision"]


def test_without_json_a_table_is_told(history):
    head, row = told()
    assert "CP@100" in head
    assert len(row.split()) == 11


def test_labels_that_were_not_known_then_are_not_used(history):
    plan = BacktestPlan(START.date(), feature_set="card", **DAYS)
    with pytest.raises(Problem) as refusal:
        backtest(plan=plan, now=START + timedelta(days=6))
    assert refusal.value.code == "no_rows"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--train-start", "2030-01-01"], "No labelled payment for the training"),
        (["--train-start", "9999-12-30"], "beyond all calendars"),
        (["--folds", "0"], "folds lies between 1 and"),
        (["--train-days", "0", "--test-days", "-3"], "train_days lies between"),
        (["--feature-set", "nothing"], "nothing"),
        (["--folds", "9"], "No labelled payment for the test"),
    ],
)
def test_bad_input_is_one_clear_line(history, arguments, words):
    assert words in refused(*arguments)


def test_a_date_that_is_none_is_refused():
    with pytest.raises(CommandError, match="train-start"):
        told("--train-start", "tomorrow")


def test_training_rows_of_one_kind_are_refused():
    add_labelled_payments(days=12, start=START, frauds=False)
    assert "legitimate" in refused()


def test_the_plan_counts_days_in_utc():
    fold = BacktestPlan(date(1970, 1, 11), **DAYS).fold(1)
    assert (fold.train_start, fold.test_start) == (12, 21)
