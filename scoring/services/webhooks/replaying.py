"""Sending again by hand, and sending a test."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet

from scoring.domain.errors import Conflict
from scoring.domain.webhooks.bodies import TEST
from scoring.models import WebhookDelivery, WebhookEndpoint, WebhookEvent
from scoring.services.wakeup import ring
from scoring.services.webhooks.announcing import DELIVER

MOST_AT_ONCE = 10_000


def replay_delivery(*, delivery: WebhookDelivery, now: datetime) -> WebhookDelivery:
    """Send a delivery again, as if for the first time; one that waits is tried at once.

    The receiver gets the same `webhook-id`. Raises Conflict `endpoint_is_silent` where the
    endpoint is paused, disabled or deleted, and `under_way` while a request is being made.
    """
    _refuse_silent(delivery.endpoint)
    free = WebhookDelivery.objects.filter(pk=delivery.pk).exclude(leased_until__gt=now)
    if not _send_again(delivery.endpoint, free, now):
        raise Conflict("under_way", "A request for this delivery is being made at this moment.")
    delivery.refresh_from_db()
    return delivery


def replay_failed(*, endpoint: WebhookEndpoint, now: datetime) -> int:
    """Send again what failed, the oldest 10,000 first; return how many. Raises as above."""
    _refuse_silent(endpoint)
    failed = WebhookDelivery.objects.filter(endpoint=endpoint, state=WebhookDelivery.State.FAILED)
    oldest = failed.order_by("pk").values("pk")[:MOST_AT_ONCE]
    return _send_again(endpoint, WebhookDelivery.objects.filter(pk__in=oldest), now)


def send_test(*, endpoint: WebhookEndpoint, now: datetime) -> WebhookDelivery:
    """Send an event of type `webhook.test` to this endpoint alone. Raises as above."""
    _refuse_silent(endpoint)
    with transaction.atomic():
        event = WebhookEvent.objects.create(
            type=TEST,
            # A subject of its own: no earlier test that still waits may hold up this one.
            subject=f"test {uuid4().hex}",
            data={"message": "This is a test. Nothing happened."},
            occurred_at=now,
        )
        delivery = WebhookDelivery.objects.create(
            endpoint=endpoint, event=event, subject=event.subject, next_attempt_at=now
        )
        _wake(endpoint)
    return delivery


def _send_again(
    endpoint: WebhookEndpoint, deliveries: QuerySet[WebhookDelivery], now: datetime
) -> int:
    number = deliveries.update(
        state=WebhookDelivery.State.PENDING,
        attempts=0,
        next_attempt_at=now,
        leased_until=None,
        finished_at=None,
        replayed_at=now,
    )
    if number:
        _wake(endpoint)
    return number


def _wake(endpoint: WebhookEndpoint) -> None:
    """Whoever asks by hand knows better than the pause after failures."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(rests_until=None)
    transaction.on_commit(lambda: ring(DELIVER))


def _refuse_silent(endpoint: WebhookEndpoint) -> None:
    if endpoint.paused_at or endpoint.disabled_at or endpoint.deleted_at:
        raise Conflict("endpoint_is_silent", "Nothing is sent to this endpoint: resume it first.")
