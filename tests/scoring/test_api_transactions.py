"""POST transactions/: one, a list, and what an integrator gets told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from scoring.models import QueuedTransaction, Transaction

pytestmark = pytest.mark.django_db
URL = "/api/v1/transactions/"


def payment(external_id="txn_1", **fields):
    occurred_at = (timezone.now() - timedelta(minutes=1)).isoformat()
    smallest = {"occurred_at": occurred_at, "amount": "12.30", "currency": "EUR"}
    return {"external_id": external_id, **smallest, **fields}


@pytest.fixture
def api(api_key):
    return api_key("transactions:write")


def test_one_transaction_is_taken(api):
    answer = api.post(URL, payment(), format="json")
    assert answer.status_code == 202
    assert answer.json() == {"accepted": 1, "duplicates": 0, "errors": []}
    assert QueuedTransaction.objects.get().transaction.external_id == "txn_1"


def test_sending_it_again_changes_nothing(api):
    body = payment()
    api.post(URL, body, format="json")
    answer = api.post(URL, body, format="json")
    assert answer.json() == {"accepted": 0, "duplicates": 1, "errors": []}
    assert Transaction.objects.count() == 1


def test_one_conflict_is_a_409(api):
    body = payment()
    api.post(URL, body, format="json")
    answer = api.post(URL, {**body, "amount": "99.00"}, format="json")
    assert answer.status_code == 409
    assert answer.json()["code"] == "conflict"
    assert answer.json()["errors"][0]["field"] == "external_id"


def test_one_wrong_transaction_is_a_400_with_every_field(api):
    answer = api.post(URL, payment(amount="NaN", currency="EURO", colour="red"), format="json")
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"
    told = {(error["field"], error["code"]) for error in answer.json()["errors"]}
    assert told == {
        ("amount", "not_finite"),
        ("currency", "unknown_currency"),
        ("colour", "unknown_field"),
    }


def test_a_list_is_taken_as_far_as_it_is_right(api):
    same = payment("txn_1")
    items = [same, payment("txn_2", amount="x"), same, payment("txn_3")]
    answer = api.post(URL, items, format="json")
    assert answer.status_code == 202
    assert (answer.json()["accepted"], answer.json()["duplicates"]) == (2, 1)
    assert answer.json()["errors"] == [
        {
            "index": 1,
            "external_id": "txn_2",
            "code": "invalid",
            "field": "amount",
            "message": "This is not a decimal number.",
        }
    ]


def test_a_conflict_in_a_list_is_told_by_its_place(api):
    answer = api.post(URL, [payment(), payment(amount=1)], format="json")
    assert answer.status_code == 202
    assert [(error["index"], error["code"]) for error in answer.json()["errors"]] == [
        (1, "conflict")
    ]


def test_an_empty_list_is_no_mistake(api):
    assert api.post(URL, [], format="json").json()["accepted"] == 0


def test_a_list_has_at_most_a_thousand(api):
    answer = api.post(URL, [3] * 1001, format="json")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "too_many"


@pytest.mark.parametrize("body", ["null", "3", '"text"', "true", "{}"])
def test_what_is_no_transaction_is_a_400(api, body):
    answer = api.generic("POST", URL, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["errors"]


def test_a_whole_list_costs_one_statement(api, django_assert_num_queries):
    items = [payment(f"txn_{number}") for number in range(200)]
    api.post(URL, items[:1], format="json")
    # The key is known, its use was noted before: savepoint, insert, known ones, release.
    with django_assert_num_queries(4):
        api.post(URL, items, format="json")
