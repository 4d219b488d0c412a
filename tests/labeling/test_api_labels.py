"""POST labels/: what turned out to be true."""

from datetime import timedelta

import pytest
from django.utils import timezone

from labeling.api.label_shapes import CONFIRMATION, LABEL
from labeling.models import Label
from scoring.models import KnownFraud

pytestmark = pytest.mark.django_db
URL = "/api/v1/labels/"


@pytest.fixture
def api(api_key):
    return api_key("labels:write")


@pytest.fixture
def payments(send):
    return [send("txn_7f1d02"), send("txn_7f1d03")]


def ago(**parts):
    return (timezone.now() - timedelta(**parts)).isoformat()


def label(**fields):
    body = {"external_id": "txn_7f1d02", "label": "fraud", "source": "chargeback", **fields}
    return {name: value for name, value in body.items() if value is not ...}


def post(api, body):
    return api.post(URL, body, format="json")


def test_a_label_is_known_from_its_arrival_on(api, payments):
    before = timezone.now()
    answer = post(api, label(reason="10.4", occurred_at=ago(days=1)))
    assert answer.status_code == 202
    assert answer.json() == {"accepted": 1, "duplicates": 0, "errors": []}
    stored = Label.objects.get()
    assert (stored.value, stored.source, stored.reason) == ("fraud", "chargeback", "10.4")
    assert before <= stored.known_at <= timezone.now()
    assert KnownFraud.objects.get().transaction_id == payments[0].pk


def test_the_same_label_again_changes_nothing(api, payments):
    body = label(occurred_at=ago(days=1))
    post(api, body)
    assert post(api, body).json() == {"accepted": 0, "duplicates": 1, "errors": []}
    assert Label.objects.count() == 1


def test_another_claim_of_the_same_source_is_another_label(api, payments):
    post(api, label())
    assert post(api, label(reason="10.4")).json()["accepted"] == 1
    assert Label.objects.count() == 2


def test_twins_in_one_list_are_one_label(api, payments):
    answer = post(api, [label(), label()])
    assert answer.json() == {"accepted": 1, "duplicates": 1, "errors": []}


def test_the_documented_examples_work(api, payments, api_key):
    assert post(api, LABEL | {"occurred_at": ago(hours=1)}).status_code == 202
    assert post(api, [LABEL, CONFIRMATION]).json()["errors"] == []


def test_wrong_items_do_not_hold_the_others_back(api, payments):
    answer = post(
        api,
        [
            label(label="guilty"),
            label(external_id="nobody"),
            label(),
            label(external_id=..., colour="red"),
            "fraud",
        ],
    )
    assert answer.status_code == 202
    body = answer.json()
    assert body["accepted"] == 1
    told = [(e["index"], e["external_id"], e["field"], e["code"]) for e in body["errors"]]
    assert told == [
        (0, "txn_7f1d02", "label", "unknown_choice"),
        (1, "nobody", "external_id", "unknown_transaction"),
        (3, None, "colour", "unknown_field"),
        (3, None, "external_id", "required"),
        (4, None, "", "not_an_object"),
    ]


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"label": ...}, "label", "required"),
        ({"source": "verdict"}, "source", "unknown_choice"),
        ({"source": None}, "source", "required"),
        ({"verification": "a feeling"}, "verification", "unknown_choice"),
        ({"reason": "x" * 51}, "reason", "too_long"),
        ({"reason": "a\u0000b"}, "reason", "control_character"),
        ({"fraud_type": 7}, "fraud_type", "invalid"),
        ({"occurred_at": "yesterday"}, "occurred_at", "invalid"),
        ({"occurred_at": "2096-01-01T00:00:00Z"}, "occurred_at", "out_of_range"),
        ({"known_at": "2026-11-01T00:00:00Z"}, "known_at", "may_not_backdate"),
    ],
)
def test_a_single_wrong_label_is_refused(api, payments, fields, field, code):
    answer = post(api, label(**fields))
    assert answer.status_code == 400
    assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [(field, code)]
    assert not Label.objects.exists()


def test_a_single_label_for_an_unknown_payment_is_a_404(api):
    answer = post(api, label())
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_a_key_that_may_backdate_says_since_when_it_knew(api_key, payments):
    moment = payments[0].occurred_at + timedelta(minutes=1)
    answer = post(api_key("labels:write", "labels:backdate"), label(known_at=moment.isoformat()))
    assert answer.status_code == 202
    assert Label.objects.get().known_at == moment


@pytest.mark.parametrize(
    ("shift", "code"), [(timedelta(days=-400), "known_too_early"), (None, "out_of_range")]
)
def test_nobody_knows_it_before_the_payment_or_in_future(api_key, payments, shift, code):
    moment = payments[0].occurred_at + shift if shift else timezone.now() + timedelta(minutes=5)
    answer = post(api_key("labels:write", "labels:backdate"), label(known_at=moment.isoformat()))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == code


def test_too_long_a_list_is_refused(api):
    assert post(api, [label()] * 1001).status_code == 400


@pytest.mark.parametrize("scopes", [("transactions:write",), ("labels:backdate",)])
def test_the_key_needs_the_scope(api_key, payments, scopes):
    assert post(api_key(*scopes), label()).status_code == 403


def test_a_thousand_labels_come_in_one_call(api, send):
    from tests.histories import add_payments, at

    add_payments(
        {"external_id": f"n{number}", "occurred_at": at(0), "base_amount": 5}
        for number in range(1_000)
    )
    answer = post(api, [label(external_id=f"n{number}") for number in range(1_000)])
    assert answer.json()["accepted"] == 1_000
    assert KnownFraud.objects.count() == 1_000
