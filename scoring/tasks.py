"""Celery tasks of scoring: each calls one service."""

from celery import shared_task
from django.utils import timezone

from scoring import services
from scoring.services import webhooks


@shared_task(name="scoring.score_pending")
def score_pending() -> None:
    """Decide whatever waits in the scoring queue."""
    services.score_pending(clock=timezone.now)


@shared_task(name="scoring.deliver_webhooks")
def deliver_webhooks() -> None:
    """Send the webhooks that are due."""
    webhooks.deliver_webhooks(clock=timezone.now)


@shared_task(name="scoring.purge_webhooks")
def purge_webhooks() -> None:
    """Delete the log of webhooks that ended long ago."""
    webhooks.purge_webhooks(now=timezone.now())
