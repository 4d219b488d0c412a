"""Celery tasks of scoring: each calls one service."""

from celery import shared_task
from django.utils import timezone

from scoring import services


@shared_task(name="scoring.score_pending")
def score_pending() -> None:
    """Decide whatever waits in the scoring queue."""
    services.score_pending(clock=timezone.now)
