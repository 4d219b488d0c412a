"""Retention: what ended long ago is deleted, deliveries with their attempts and their events."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from scoring.models import WebhookDelivery, WebhookEndpoint
from scoring.services.webhooks.recording import disable

BATCH = 5_000
DELIVERIES = """
WITH old AS (
    SELECT id FROM scoring_webhookdelivery WHERE finished_at < %(before)s
    LIMIT %(batch)s FOR UPDATE SKIP LOCKED
), attempts AS (
    DELETE FROM scoring_webhookattempt USING old WHERE delivery_id = old.id
)
DELETE FROM scoring_webhookdelivery AS delivery USING old WHERE delivery.id = old.id
RETURNING event_id
"""
EVENTS = """
DELETE FROM scoring_webhookevent AS event WHERE id = ANY(%(ids)s) AND NOT EXISTS (
    SELECT FROM scoring_webhookdelivery WHERE event_id = event.id
)
"""


def purge_webhooks(*, now: datetime, batch: int = BATCH) -> int:
    """Delete deliveries that ended FRAUDREVIEW_WEBHOOK_DAYS ago; return how many.

    An endpoint that was paused for as long is disabled, so that nothing gathers without end.
    """
    before = now - timedelta(days=settings.FRAUDREVIEW_WEBHOOK_DAYS)
    for endpoint in WebhookEndpoint.objects.filter(paused_at__lt=before):
        disable(endpoint, f"Paused for {settings.FRAUDREVIEW_WEBHOOK_DAYS} days.", now)
    WebhookDelivery.objects.filter(
        endpoint__in=WebhookEndpoint.objects.exclude(deleted_at=None), state="pending"
    ).update(state="failed", finished_at=now, leased_until=None)
    purged = 0
    while deleted := _delete_some(before, batch):
        purged += deleted
    return purged


@transaction.atomic
def _delete_some(before: datetime, batch: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(DELIVERIES, {"before": before, "batch": batch})
        events = [row[0] for row in cursor.fetchall()]
        cursor.execute(EVENTS, {"ids": events})
    return len(events)
