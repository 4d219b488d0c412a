"""POST decisions/: the transaction in, its decision out."""

from datetime import timedelta

import pytest
from django.utils import timezone

from scoring.models import Decision, QueuedTransaction, Transaction
from scoring.services.intake import accept_items

pytestmark = pytest.mark.django_db
URL = "/api/v1/decisions/"


def payment(external_id="txn_1", **fields):
    occurred_at = (timezone.now() - timedelta(minutes=1)).isoformat()
    smallest = {"occurred_at": occurred_at, "amount": "20.00", "currency": "EUR"}
    return {
        "external_id": external_id,
        "customer_id": "C1",
        "merchant_id": "M1",
        **smallest,
        **fields,
    }


@pytest.fixture
def api(api_key):
    return api_key("transactions:write")


@pytest.mark.parametrize(
    ("amount", "outcome"), [("20.00", "approve"), ("150.00", "review"), ("500.00", "block")]
)
def test_the_decision_comes_with_the_answer(api, production_model, amount, outcome):
    answer = api.post(URL, payment(amount=amount), format="json")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["external_id"], body["outcome"]) == ("txn_1", outcome)
    assert 0 <= body["probability"] <= 1
    assert body["model_version"] == production_model.number
    assert body["degraded"] is False


def test_the_answer_has_exactly_its_fields(api, production_model):
    body = api.post(URL, payment(amount="150.00"), format="json").json()
    assert set(body) == {
        "external_id",
        "outcome",
        "final_outcome",
        "disposition",
        "probability",
        "reason_codes",
        "model_version",
        "policy_version",
        "degraded",
        "hold_until",
        "decided_at",
    }
    assert set(body["reason_codes"][0]) == {"code", "sentence", "contribution"}
    assert (body["final_outcome"], body["disposition"]) == ("review", None)
    assert body["hold_until"] > body["decided_at"]


def test_the_same_transaction_gets_the_first_answer(api, production_model):
    body = payment()
    first = api.post(URL, body, format="json")
    again = api.post(URL, body, format="json")
    assert again.status_code == 200
    assert again.content == first.content
    assert Decision.objects.count() == 1


def test_nothing_is_left_in_the_queue(api, production_model):
    api.post(URL, payment(), format="json")
    assert Transaction.objects.count() == 1
    assert not QueuedTransaction.objects.exists()


def test_without_a_model_the_fallback_answers(api):
    body = api.post(URL, payment(), format="json").json()
    assert (body["outcome"], body["probability"], body["model_version"]) == ("review", None, None)
    assert body["degraded"] is True
    assert body["reason_codes"] == []


def test_past_the_budget_the_fallback_answers(api, production_model, settings):
    settings.FRAUDREVIEW_DECISION_BUDGET_MS = 0
    body = api.post(URL, payment(), format="json").json()
    assert body["degraded"] is True
    assert body["probability"] is None


def test_wrong_and_conflicting_transactions_are_refused(api, production_model):
    assert api.post(URL, payment(amount="x"), format="json").status_code == 400
    assert api.post(URL, [payment()], format="json").status_code == 400
    api.post(URL, payment(), format="json")
    assert api.post(URL, payment(amount="21.00"), format="json").status_code == 409


def test_imported_history_has_no_decision(api, now, settings):
    settings.FRAUDREVIEW_DECISION_BUDGET_MS = 0
    body = payment()
    accept_items([body], now=timezone.now(), enqueue=False)
    answer = api.post(URL, body, format="json")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_decided"
