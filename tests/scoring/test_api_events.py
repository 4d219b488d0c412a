"""POST transactions/{external_id}/events/: what happened to a payment after it came in."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from scoring.models import TransactionEvent

pytestmark = pytest.mark.django_db


def url(external_id):
    return f"/api/v1/transactions/{quote(external_id, safe='')}/events/"


def event(**fields):
    occurred_at = (timezone.now() - timedelta(minutes=1)).isoformat()
    return {"type": "captured", "occurred_at": occurred_at, **fields}


@pytest.fixture
def api(api_key):
    return api_key("transactions:write")


@pytest.mark.parametrize("external_id", ["txn_1", "2026/11/19", "a b?c=d#e&f%41;g+h", "名/ü"])
def test_an_event_is_kept_with_its_payment(api, send, external_id):
    payment = send(external_id)
    answer = api.post(url(external_id), event(), format="json")
    assert answer.status_code == 201
    assert set(answer.json()) == {"type", "occurred_at", "received_at"}
    assert TransactionEvent.objects.get().transaction_id == payment.pk


def test_the_same_event_again_is_the_same_event(api, send):
    send("txn_1")
    body = event()
    first = api.post(url("txn_1"), body, format="json")
    again = api.post(url("txn_1"), body, format="json")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert TransactionEvent.objects.count() == 1


def test_an_unknown_payment_is_a_404(api):
    answer = api.post(url("nobody"), event(), format="json")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"type": "lost"}, "type", "unknown_choice"),
        ({"type": None}, "type", "required"),
        ({"occurred_at": "yesterday"}, "occurred_at", "invalid"),
        ({"occurred_at": "2096-01-01T00:00:00Z"}, "occurred_at", "out_of_range"),
        ({"note": "x"}, "note", "unknown_field"),
    ],
)
def test_a_wrong_event_is_told_by_field(api, send, body, field, code):
    send("txn_1")
    answer = api.post(url("txn_1"), event(**body), format="json")
    assert answer.status_code == 400
    assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [(field, code)]


def test_what_is_no_object_is_refused(api, send):
    send("txn_1")
    assert api.post(url("txn_1"), [event()], format="json").status_code == 400
