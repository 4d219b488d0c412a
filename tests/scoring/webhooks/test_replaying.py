"""People send again, send tests, change secrets; the log goes with retention."""

import base64
import hashlib
import hmac

import pytest

from scoring.domain.errors import Conflict
from scoring.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookEvent
from scoring.selectors.webhooks.secrets import newest_secret
from scoring.services.webhooks import (
    delete_endpoint,
    pause_endpoint,
    purge_webhooks,
    replay_delivery,
    replay_failed,
    resume_endpoint,
    rotate_secret,
    send_test,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def endpoint(shop, subscribe):
    return subscribe(shop.url, "model.stage_changed")


def signed_with(request, secret):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode()
    digest = hmac.new(key, signed + request.body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}" in request.headers["webhook-signature"].split()


def test_a_replay_sends_the_same_event_again(shop, endpoint, tell, deliver, clock):
    tell()
    deliver()
    delivery = WebhookDelivery.objects.get()
    clock.forward(hours=1)
    replay_delivery(delivery=delivery, now=clock())
    assert deliver() == 1
    first, second = shop.requests
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    assert WebhookAttempt.objects.filter(delivery=delivery).count() == 2


def test_a_replayed_delivery_has_all_its_attempts_again(shop, endpoint, tell, deliver, clock):
    shop.answer = 410
    tell()
    deliver()
    resume_endpoint(endpoint=endpoint)
    delivery = WebhookDelivery.objects.get()
    shop.answer = 500
    replay_delivery(delivery=delivery, now=clock())
    deliver()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("pending", 1)


def test_everything_that_failed_is_sent_again_in_order(shop, endpoint, tell, deliver, clock):
    for number in range(5):
        tell(number)
    shop.answer = 410
    deliver()
    shop.requests.clear()
    shop.answer = 200
    resume_endpoint(endpoint=endpoint)
    endpoint.refresh_from_db()
    assert replay_failed(endpoint=endpoint, now=clock()) == 5
    deliver()
    assert [request.data["model_version"] for request in shop.requests] == [0, 1, 2, 3, 4]


def test_nothing_is_replayed_to_a_paused_endpoint(shop, endpoint, tell, deliver, clock):
    tell()
    deliver()
    pause_endpoint(endpoint=endpoint, now=clock())
    with pytest.raises(Conflict) as refused:
        replay_delivery(delivery=WebhookDelivery.objects.get(), now=clock())
    assert refused.value.code == "endpoint_is_silent"


def test_a_delivery_under_way_is_left_alone(shop, endpoint, tell, clock):
    from scoring.services.webhooks.claiming import claim_deliveries

    tell()
    claim_deliveries(endpoint_id=endpoint.pk, now=clock(), most=1)
    with pytest.raises(Conflict) as refused:
        replay_delivery(delivery=WebhookDelivery.objects.get(), now=clock())
    assert refused.value.code == "under_way"


def test_a_test_goes_to_one_endpoint_alone(shop, endpoint, subscribe, deliver, clock):
    subscribe(f"{shop.url}/other", "model.stage_changed")
    send_test(endpoint=endpoint, now=clock())
    assert deliver() == 1
    (request,) = shop.requests
    assert (request.path, request.told["type"]) == ("/hooks", "webhook.test")


def test_whoever_asks_by_hand_does_not_wait_for_the_rest(shop, endpoint, tell, deliver, clock):
    shop.answer = 500
    for number in range(8):
        tell(number, subject=f"line {number}")
    deliver()
    shop.answer = 200
    assert deliver() == 0, "the endpoint rests"
    send_test(endpoint=endpoint, now=clock())
    assert deliver() == 1
    assert shop.requests[-1].told["type"] == "webhook.test"


def test_after_a_rotation_both_secrets_sign_for_a_day(shop, endpoint, tell, deliver, clock):
    old = newest_secret(endpoint)
    new = rotate_secret(endpoint=endpoint, now=clock())
    assert old != new
    tell()
    deliver()
    clock.forward(hours=24)
    tell()
    deliver()
    during, after = shop.requests
    assert signed_with(during, old) and signed_with(during, new)
    assert signed_with(after, new) and not signed_with(after, old)
    assert len(during.headers["webhook-signature"].split()) == 2


def test_a_second_rotation_waits_for_the_first(endpoint, clock):
    rotate_secret(endpoint=endpoint, now=clock())
    with pytest.raises(Conflict) as refused:
        rotate_secret(endpoint=endpoint, now=clock())
    assert refused.value.code == "still_rotating"
    clock.forward(hours=24)
    rotate_secret(endpoint=endpoint, now=clock())
    assert WebhookEndpoint.objects.get().secret_number == 3


def test_what_ended_long_ago_is_purged_and_nothing_else(
    shop, endpoint, subscribe, tell, deliver, clock
):
    for number in range(7):
        tell(number, subject=f"line {number}")
    deliver()
    clock.forward(days=20)
    tell(8)
    deliver()
    pause_endpoint(endpoint=endpoint, now=clock())
    tell(9)
    clock.forward(days=11)
    assert purge_webhooks(now=clock(), batch=3) == 7
    assert WebhookDelivery.objects.count() == WebhookEvent.objects.count() == 2
    assert WebhookAttempt.objects.count() == 1


def test_an_event_lives_as_long_as_any_of_its_deliveries(shop, subscribe, tell, deliver, clock):
    subscribe(shop.url, "model.stage_changed")
    waiting = subscribe(f"{shop.url}/b", "model.stage_changed")
    tell()
    pause_endpoint(endpoint=waiting, now=clock())
    deliver()
    clock.forward(days=30)
    clock.forward(seconds=1)
    # Paused for as long: nothing may gather without end.
    assert purge_webhooks(now=clock()) == 1
    waiting.refresh_from_db()
    assert waiting.disabled_reason == "Paused for 30 days."
    assert WebhookEvent.objects.count() == 1


def test_the_log_of_a_deleted_endpoint_goes_too(endpoint, tell, clock):
    tell()
    delete_endpoint(endpoint=endpoint, now=clock())
    purge_webhooks(now=clock())
    assert WebhookDelivery.objects.get().state == "failed"
    clock.forward(days=31)
    assert purge_webhooks(now=clock()) == 1


def test_an_event_is_never_edited(endpoint, tell):
    from django.db import Error, transaction

    tell()
    with pytest.raises(Error), transaction.atomic():
        WebhookEvent.objects.update(type="case.closed")
