"""A webhook arrives once it happened, signed, and is logged."""

import base64
import hashlib
import hmac
import json

import pytest

from scoring.models import WebhookAttempt, WebhookDelivery
from scoring.selectors.webhooks.secrets import newest_secret
from scoring.services.webhooks import create_endpoint

pytestmark = pytest.mark.django_db


def test_a_final_decision_arrives(production_model, send, decide_now, shop, subscribe, deliver):
    subscribe(shop.url)
    send()
    decide_now()
    assert deliver() == 1
    (request,) = shop.requests
    assert request.told["type"] == "decision.final"
    assert request.data["external_id"] == "p1"
    assert request.data["outcome"] == request.data["final_outcome"] == "approve"
    assert request.headers["content-type"] == "application/json"


def test_its_data_are_what_the_api_answers(
    production_model, send, decide_now, shop, subscribe, deliver, api_key
):
    subscribe(shop.url)
    send()
    decide_now()
    deliver()
    answer = api_key("decisions:read").get("/api/v1/decisions/p1/")
    assert shop.requests[0].data == answer.json()


def test_the_signature_is_that_of_the_published_scheme(shop, dana, clock, tell, deliver):
    """Written from the specification, with nothing of ours."""
    _, secret = create_endpoint(
        name="shop", url=shop.url, events=["model.stage_changed"], by=dana, now=clock()
    )
    tell()
    deliver()
    (request,) = shop.requests
    id, timestamp = request.headers["webhook-id"], request.headers["webhook-timestamp"]
    assert int(timestamp) == int(clock().timestamp())
    kind, _, key = secret.partition("_")
    signed = f"{id}.{timestamp}.".encode() + request.body
    expected = base64.b64encode(
        hmac.new(base64.b64decode(key), signed, hashlib.sha256).digest()
    ).decode()
    assert kind == "whsec"
    assert request.headers["webhook-signature"] == f"v1,{expected}"
    assert request.told["id"] == id


def test_a_delivery_is_logged(shop, subscribe, tell, deliver, clock):
    subscribe(shop.url, "model.stage_changed")
    tell()
    deliver()
    delivery = WebhookDelivery.objects.get()
    attempt = WebhookAttempt.objects.get()
    assert (delivery.state, delivery.finished_at) == ("delivered", clock())
    assert (attempt.status, attempt.error) == (200, "")
    assert deliver() == 0


def test_each_endpoint_gets_what_it_asked_for(shop, subscribe, tell, deliver):
    subscribe(f"{shop.url}/a", "model.stage_changed", name="a")
    subscribe(f"{shop.url}/b", "model.stage_changed", "case.closed", name="b")
    subscribe(f"{shop.url}/c", "case.closed", name="c")
    tell()
    assert deliver() == 2
    assert sorted(request.path for request in shop.requests) == ["/hooks/a", "/hooks/b"]
    assert len({request.headers["webhook-id"] for request in shop.requests}) == 1
    assert len({request.headers["webhook-signature"] for request in shop.requests}) == 2


def test_nothing_of_before_the_subscription_arrives(shop, subscribe, tell, deliver):
    tell()
    subscribe(shop.url, "model.stage_changed")
    assert deliver() == 0


def test_no_personal_data_leaves(production_model, send, decide_now, shop, subscribe, deliver):
    subscribe(shop.url)
    send(email="anna@example.org", ip_address="203.0.113.7", attributes={"note": "blue"})
    decide_now()
    deliver()
    body = json.dumps(shop.requests[0].told)
    assert not [word for word in ("anna", "203.0.113.7", "blue", "C1") if word in body]


def test_a_secret_is_nowhere_in_the_database(shop, subscribe):
    endpoint = subscribe(shop.url)
    secret = newest_secret(endpoint)
    stored = [str(getattr(endpoint, field.name)) for field in endpoint._meta.fields]
    assert not [value for value in stored if secret[6:20] in value]
