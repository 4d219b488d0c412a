"""The scoring queue, seen from outside."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min

from scoring.models import QueuedTransaction


@dataclass(frozen=True)
class Waiting:
    """How many transactions have no decision yet, and how long the oldest has waited."""

    count: int
    oldest: timedelta


def waiting_transactions(*, now: datetime) -> Waiting:
    """Return the length and the age of the scoring queue; an empty one has the age zero."""
    queue = QueuedTransaction.objects.aggregate(count=Count("pk"), since=Min("enqueued_at"))
    return Waiting(queue["count"], now - queue["since"] if queue["since"] else timedelta(0))
