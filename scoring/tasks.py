"""Celery tasks of scoring: each calls one service."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from scoring import services
from scoring.services import references, webhooks
from scoring.services.feature_checks import run_feature_check
from scoring.services.hot_entities import promote_hot_entities as promote
from scoring.services.tiles import merge_tiles as merge

# An hourly glance, not an audit: it must not keep a worker from its other sweeps.
CHECKED_VECTORS = 500
CHECK_BUDGET = timedelta(seconds=30)


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


@shared_task(name="scoring.check_features")
def check_features() -> None:
    """Recompute the newest vectors and keep what was found."""
    run_feature_check(sample=CHECKED_VECTORS, budget=CHECK_BUDGET, now=timezone.now())


@shared_task(name="scoring.promote_hot_entities")
def promote_hot_entities() -> None:
    """Give tiles to entities that have become hot."""
    promote(now=timezone.now())


@shared_task(name="scoring.merge_tiles")
def merge_tiles() -> None:
    """Merge what new payments and labels have added to the tiles of hot entities."""
    merge()


@shared_task(name="scoring.measure_references")
def measure_references() -> None:
    """Measure what is usual for versions that came without it."""
    references.measure_references(now=timezone.now())
