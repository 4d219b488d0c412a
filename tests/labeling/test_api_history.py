"""GET decisions/{id}/ and GET transactions/{id}/: what became of a payment."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from scoring.services.intake import accept_items
from tests.labeling.payments import draw_for_audit, hold, pay

pytestmark = pytest.mark.django_db


def get(api, kind, external_id):
    return api.get(f"/api/v1/{kind}/{quote(external_id, safe='')}/")


@pytest.fixture
def api(api_key):
    return api_key("decisions:read")


@pytest.fixture
def soon():
    return timezone.now()


@pytest.fixture
def judged(soon, alice):
    payment = hold(now=soon)
    services.open_cases(now=soon)
    task = services.claim_task(reviewer=alice, now=soon)
    services.record_verdict(
        task_id=task.pk,
        token=task.token,
        reviewer=alice,
        judgements=Judgement(VerdictValue.LEGITIMATE),
        now=soon + timedelta(seconds=5),
    )
    return payment


@pytest.mark.parametrize("kind", ["decisions", "transactions"])
def test_an_unknown_id_is_a_404(api, kind):
    for unknown in ("nobody", "a\x00b", "x" * 500, " "):
        answer = get(api, kind, unknown)
        assert answer.status_code == 404
        assert answer.json()["code"] == "not_found"


def test_a_decision_that_is_awaited_is_pending(api, send):
    send("t1")
    answer = get(api, "decisions", "t1")
    assert (answer.status_code, answer.json()) == (202, {"status": "pending"})


def test_imported_history_has_no_decision(api, soon):
    pay(now=soon, external_id="t1", imported=True)
    assert get(api, "decisions", "t1").json()["code"] == "not_decided"


@pytest.mark.parametrize("external_id", ["a/b c", "ü?#%&;+", "x/y/", "decisions", "a//b"])
def test_any_allowed_id_can_be_asked_for(api, send, external_id):
    stored = send(external_id)
    assert get(api, "decisions", external_id).status_code == 202
    assert get(api, "transactions", external_id).json()["external_id"] == stored.external_id


def test_the_final_outcome_follows_the_verdict(api, judged):
    body = get(api, "decisions", judged.external_id).json()
    assert (body["outcome"], body["final_outcome"], body["disposition"]) == (
        "review",
        "approve",
        "release",
    )
    assert body["reason_codes"][0] == {
        "code": "customer_amount",
        "sentence": "The amount is 31 × this customer’s 30-day mean",
        "contribution": 1.96,
    }


def test_before_the_verdict_it_is_still_a_review(api, soon):
    payment = hold(now=soon)
    body = get(api, "decisions", payment.external_id).json()
    assert (body["final_outcome"], body["disposition"]) == ("review", None)


def test_a_decision_costs_one_query(api, judged, django_assert_num_queries):
    get(api, "decisions", judged.external_id)
    with django_assert_num_queries(2):  # the id, the decision; the key is known
        get(api, "decisions", judged.external_id)


def test_the_history_has_everything(api, judged):
    body = get(api, "transactions", judged.external_id).json()
    assert body["decision"]["final_outcome"] == "approve"
    assert [entry["action"] for entry in body["dispositions"]] == ["release"]
    assert [(entry["label"], entry["source"]) for entry in body["labels"]] == [
        ("legitimate", "verdict")
    ]
    assert body["events"] == []
    assert body["kept_back"] is False


def test_the_record_comes_back_as_it_was_sent(api_key, alice, soon):
    sent = {
        "external_id": "t1",
        "occurred_at": "2026-01-02T03:04:05Z",
        "amount": "1284.00",
        "currency": "EUR",
        "customer_id": "C-1",
        "email": "anna@example.org",
        "ip_address": "203.0.113.7",
        "payment_stage": "authorized",
        "attributes": {"items": 2, "new": True, "note": "ü"},
    }
    accept_items([sent], now=soon)
    body = get(api_key("decisions:read", "review", acts_for=alice), "transactions", "t1").json()
    assert {name: body[name] for name in sent} == sent
    assert body["masked"] == []


def test_without_the_scope_personal_data_is_masked(api, soon):
    record = {"external_id": "t1", "occurred_at": soon.isoformat(), "amount": 5, "currency": "EUR"}
    accept_items([{**record, "email": "anna@example.org", "attributes": {"n": "Anna"}}], now=soon)
    answer = get(api, "transactions", "t1")
    assert answer.json()["masked"] == ["email", "attributes"]
    assert b"nna" not in answer.content


def test_opinions_are_kept_back_from_who_must_judge_blind(client_of, alice, sam, soon):
    payment = draw_for_audit("block", now=soon)
    payment.events.create(type="issuer_declined", occurred_at=soon, received_at=soon)
    services.open_cases(now=soon)
    refused = get(client_of(alice), "decisions", payment.external_id)
    assert (refused.status_code, refused.json()["code"]) == (403, "kept_back")
    history = get(client_of(alice), "transactions", payment.external_id).json()
    assert history["kept_back"] is True
    assert (history["decision"], history["dispositions"], history["labels"]) == (None, [], [])
    assert history["events"] == []
    assert get(client_of(sam), "decisions", payment.external_id).status_code == 200


def test_a_key_that_acts_for_a_blind_reviewer_is_blind_too(api_key, alice, soon):
    payment = draw_for_audit("block", now=soon)
    services.open_cases(now=soon)
    api = api_key("decisions:read", "review", acts_for=alice)
    assert get(api, "decisions", payment.external_id).status_code == 403


def test_a_manager_sees_no_personal_data(client_of, max_, soon):
    record = {"external_id": "t1", "occurred_at": soon.isoformat(), "amount": 5, "currency": "EUR"}
    accept_items([{**record, "email": "anna@example.org"}], now=soon)
    assert get(client_of(max_), "transactions", "t1").json()["masked"] == ["email"]


def test_nobody_reads_without_a_key(judged):
    assert get(APIClient(), "decisions", judged.external_id).status_code == 401
