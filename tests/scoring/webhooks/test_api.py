"""Programs with the scope keep endpoints, read deliveries and send again."""

import pytest
from django.utils import timezone

from scoring.api import webhook_examples as examples
from scoring.api.webhook_shapes import DeliveryShape, EndpointShape
from scoring.models import WebhookDelivery, WebhookEndpoint

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/webhooks/"


@pytest.fixture
def api(api_key):
    return api_key("webhooks")


@pytest.fixture
def made(api, shop):
    """An endpoint that hears of stage changes."""
    body = {"name": "Checkout", "url": shop.url, "events": ["model.stage_changed"]}
    answer = api.post(ADDRESS, body, format="json")
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_an_endpoint_is_made_read_changed_and_deleted(api, shop, made):
    assert made["secret"].startswith("whsec_")
    one = f"{ADDRESS}{made['id']}/"
    stored = {name: value for name, value in made.items() if name != "secret"}
    assert api.get(one).json() == stored
    assert api.get(ADDRESS).json() == {"results": [stored]}
    changed = api.patch(one, {"name": "Till", "paused": True}, format="json").json()
    assert (changed["name"], changed["state"], changed["url"]) == ("Till", "paused", shop.url)
    assert api.patch(one, {"paused": False}, format="json").json()["state"] == "well"
    assert api.delete(one).status_code == 204
    assert api.get(one).status_code == 404
    assert api.get(ADDRESS).json() == {"results": []}


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"url": "http://shop.example/"}, "url", "not_https"),
        ({"url": "https://10.0.0.1/"}, "url", "private_address"),
        ({"url": "https://[::ffff:169.254.169.254]/"}, "url", "private_address"),
        ({"url": "https://a:b@shop.example/"}, "url", "credentials"),
        ({"url": "https://8.8.8.8:22/"}, "url", "port_not_allowed"),
        ({"url": "https://no-such-host.invalid/"}, "url", "unresolvable"),
        ({"events": []}, "events", "too_short"),
        ({"events": ["decision.first"]}, "events.0", "unknown_choice"),
        ({"secret": "mine"}, "secret", "unknown_field"),
        ({"name": ""}, "name", "required"),
    ],
)
def test_each_fault_has_its_code(api, change, field, code):
    body = {"name": "x", "url": "https://8.8.8.8/", "events": ["case.closed"], **change}
    answer = api.post(ADDRESS, body, format="json")
    assert answer.status_code == 400
    assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [(field, code)]
    assert not WebhookEndpoint.objects.exists()


def test_no_more_than_fifty(api, made, shop):
    body = {"name": "x", "url": shop.url, "events": ["case.closed"]}
    for _ in range(49):
        assert api.post(ADDRESS, body, format="json").status_code == 201
    answer = api.post(ADDRESS, body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_endpoints")


def test_deliveries_are_listed_and_filtered(api, shop, made, tell, deliver, clock):
    shop.answer = 503
    tell()
    deliver()
    shop.answer = 200
    clock.forward(seconds=10)
    tell(2)
    deliver()
    address = f"{ADDRESS}{made['id']}/deliveries/"
    rows = api.get(address).json()["results"]
    assert [row["state"] for row in rows] == ["delivered", "delivered"]
    assert set(rows[0]) == set(DeliveryShape().fields) == set(examples.DELIVERY)
    assert (rows[1]["attempts"], rows[1]["last_status"], rows[1]["last_error"]) == (2, 200, "")
    assert api.get(address, {"state": "failed"}).json()["results"] == []
    assert api.get(address, {"external_id": "nobody"}).json()["results"] == []
    assert api.get(address, {"older_than": rows[0]["id"]}).json()["results"] == rows[1:]
    assert api.get(address, {"state": "nonsense"}).status_code == 400
    assert api.get(address, {"colour": "blue"}).status_code == 400


def test_a_delivery_is_replayed(api, shop, made, tell, deliver, clock):
    tell()
    deliver()
    delivery = WebhookDelivery.objects.get()
    address = f"{ADDRESS}{made['id']}/deliveries/{delivery.pk}/replay/"
    answer = api.post(address)
    assert (answer.status_code, answer.json()["state"]) == (202, "pending")
    clock.now = timezone.now()
    deliver()
    assert len(shop.requests) == 2
    assert api.post(address.replace(f"/{delivery.pk}/", "/999999/")).status_code == 404


def test_a_test_event_is_sent(api, shop, made, deliver, clock):
    answer = api.post(f"{ADDRESS}{made['id']}/test/")
    assert (answer.status_code, answer.json()["type"]) == (202, "webhook.test")
    clock.now = timezone.now()
    deliver()
    assert shop.requests[0].headers["webhook-id"] == answer.json()["event"]


def test_a_test_does_not_wait_for_the_one_that_failed(api, shop, made, deliver, clock):
    shop.answer = 503
    api.post(f"{ADDRESS}{made['id']}/test/")
    clock.now = timezone.now()
    deliver()
    shop.answer = 200
    second = api.post(f"{ADDRESS}{made['id']}/test/").json()
    clock.now = timezone.now()
    deliver()
    assert [request.headers["webhook-id"] for request in shop.requests][1:] == [second["event"]]


def test_a_secret_is_rotated_once_a_day(api, made):
    address = f"{ADDRESS}{made['id']}/secret/"
    answer = api.post(address)
    assert answer.json()["secret"] != made["secret"]
    assert answer["Cache-Control"] == "no-store"
    assert api.post(address).json()["code"] == "still_rotating"


@pytest.mark.parametrize("number", [0, 2**31, 2**63, 10**30])
def test_a_number_that_nobody_has_is_not_found(api, number):
    assert api.get(f"{ADDRESS}{number}/").status_code == 404
    assert api.post(f"{ADDRESS}{number}/test/").status_code == 404


@pytest.mark.parametrize("body", [b"[]", b"null", b'"x"', b"{", b'{"name": "\\u0000"}'])
def test_nonsense_is_told_as_such(api, made, body):
    for method, address in (("POST", ADDRESS), ("PATCH", f"{ADDRESS}{made['id']}/")):
        answer = api.generic(method, address, body, content_type="application/json")
        assert answer.status_code == 400, answer.content


def test_the_examples_have_every_field():
    assert set(examples.STORED) == set(EndpointShape().fields)
