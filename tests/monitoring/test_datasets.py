"""Training data is a query as of a moment: asked again it answers the same, and says so."""

from datetime import timedelta

import numpy as np
import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from labeling.domain.resolution import Claim
from labeling.services.labels import record_labels
from monitoring.domain.dataset import content_hash
from monitoring.models import Dataset
from monitoring.services.training import TrainingRequest, request_training, run_training
from scoring.domain.errors import Problem
from scoring.domain.estimator import XGBoostOptions
from tests.histories import add_payments, at
from tests.monitoring.datasets import dataset_of
from tests.monitoring.labelled import add_labelled_payments

DAYS = 36
AS_OF = at(DAYS + 10)
LATER = at(DAYS + 60)
QUICK = XGBoostOptions(trees=10)


@pytest.fixture
def history(db, settings, tmp_path):
    """Ids of a labelled history, all of it known at AS_OF."""
    settings.FRAUDREVIEW_MODELS = tmp_path
    return add_labelled_payments(days=DAYS)


def trained(now=LATER, as_of=AS_OF, **fields):
    asked = TrainingRequest("card", as_of=as_of, options=QUICK, **fields)
    run = request_training(by=None, trigger="button", now=now, request=asked)
    return run_training(training_run=run, clock=lambda: now)


def claim(transaction, value, known_at, source="chargeback", **fields):
    record_labels(claims=[Claim(transaction, value, source, known_at, **fields)], now=known_at)


def test_two_runs_as_of_one_moment_learn_from_one_dataset(history):
    first, second = trained().datasheet, trained(now=LATER + timedelta(days=7)).datasheet
    assert first.content_hash == second.content_hash
    assert (first.as_of, second.as_of) == (AS_OF, AS_OF)
    assert first.pk != second.pk


def test_what_becomes_known_later_changes_nothing(history):
    before = trained().datasheet
    claim(history[700], "fraud", AS_OF + timedelta(days=1))
    claim(history[701], "fraud", AS_OF + timedelta(days=1), fraud_type="first_party")
    late = {"occurred_at": at(20), "received_at": AS_OF + timedelta(days=2), "imported": False}
    add_payments([{"external_id": "late", "base_amount": 9.0, "customer_id": "c1", **late}])
    after = trained(now=LATER + timedelta(days=7)).datasheet
    assert after.content_hash == before.content_hash
    assert (after.payments, after.rows, after.frauds) == (
        before.payments,
        before.rows,
        before.frauds,
    )
    assert trained(now=LATER, as_of=None).datasheet.content_hash != before.content_hash


def test_a_label_that_was_known_then_changes_the_dataset(history):
    before = trained().datasheet
    claim(history[700], "fraud", AS_OF - timedelta(days=1))
    after = trained().datasheet
    assert after.content_hash != before.content_hash
    assert after.rows == before.rows


def test_proven_first_party_fraud_does_not_teach(history):
    before = trained().datasheet
    claim(history[700], "fraud", AS_OF - timedelta(days=1), fraud_type="first_party")
    after = trained().datasheet
    assert after.rows == before.rows - 1
    assert after.body["left_out"]["first_party"] == 1


def test_every_payment_is_used_or_left_out_for_one_reason(history):
    claim(history[700], "unknown", at(30), source="import", supersedes_id=None)
    claim(history[701], "fraud", at(30), fraud_type="friendly_fraud")
    add_payments(
        {"external_id": f"silent{n}", "occurred_at": at(35.5), "base_amount": 5} for n in range(99)
    )
    sheet = trained(as_of=at(DAYS)).datasheet
    assert sheet.payments == len(history) + 99
    assert sheet.payments == sheet.rows + sum(sheet.body["left_out"].values())
    assert sheet.body["left_out"]["silent"] > 99
    assert sum(week["payments"] for week in sheet.body["weeks"]) == sheet.payments
    assert sum(week["used"] for week in sheet.body["weeks"]) == sheet.rows


def test_the_datasheet_says_what_it_rests_on(history):
    run = trained()
    sheet = run.datasheet
    assert sheet.frauds == sum(week["frauds"] for week in sheet.body["weeks"]) > 30
    assert sheet.body["sources"] == {"import": sheet.rows}
    assert sheet.body["vectors"] == {"stored": 0, "computed": sheet.rows}
    assert sheet.body["weights"]["sum"] == sheet.rows
    assert sheet.body["arrivals"]["frauds"] >= 30
    assert sheet.feature_set.hash == run.options["feature_set_hash"]
    assert run.model_version.metrics["dataset"]["number"] == sheet.pk
    assert trained().datasheet.body["vectors"] == {"stored": sheet.rows, "computed": 0}


def test_a_run_that_fails_while_learning_has_a_datasheet_too(history):
    asked = TrainingRequest("card", options=XGBoostOptions(trees=1, rate=0.0))
    run = request_training(by=None, trigger="button", now=LATER, request=asked)
    run = run_training(training_run=run, clock=lambda: LATER)
    assert run.error_code == "degenerate_model"
    assert run.datasheet.as_of == LATER


def test_a_datasheet_is_never_edited(history):
    sheet = trained().datasheet
    for change in (
        lambda: Dataset.objects.filter(pk=sheet.pk).update(rows=1),
        lambda: Dataset.objects.filter(pk=sheet.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            change()


def test_days_whose_frauds_are_still_to_come_are_not_used(db, settings, tmp_path):
    settings.FRAUDREVIEW_MODELS = tmp_path
    ids = add_labelled_payments(
        days=80, per_day=30, frauds_after=(timedelta(days=2), timedelta(days=20))
    )
    sheet = trained(now=at(200), as_of=at(80)).datasheet
    assert sheet.body["parts"]["test"]["until"] == at(80 - 20).isoformat()
    assert sheet.body["left_out"]["immature"] > 0
    assert sheet.body["weeks"][-1]["arrived"] < 0.6
    assert trained(now=at(200), as_of=at(120)).datasheet.rows == len(ids)


def test_what_nobody_can_know_yet_is_not_asked_for(db):
    with pytest.raises(Problem) as refusal:
        trained(as_of=LATER + timedelta(seconds=1))
    assert [error.field for error in refusal.value.errors] == ["as_of"]


@given(st.lists(st.tuples(st.integers(-1, 1), st.integers(0, 50)), min_size=1), st.randoms())
def test_the_hash_knows_no_order(rows, random):
    dataset = dataset_of([(day / 10, label, 60.0) for label, day in rows])
    order = list(range(len(rows)))
    random.shuffle(order)
    assert content_hash(dataset.where(np.array(order))) == content_hash(dataset)


def test_the_hash_knows_ids_labels_and_weights():
    dataset = dataset_of([(1.0, 1, 2.0), (2.0, 0, 3.0)])
    hashes = {content_hash(dataset), content_hash(dataset.where(np.array([True, False])))}
    dataset.labels[1] = 1
    hashes.add(content_hash(dataset))
    dataset.propensities[0] = 0.5
    hashes.add(content_hash(dataset))
    assert len(hashes) == 4
