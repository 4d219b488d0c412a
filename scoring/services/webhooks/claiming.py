"""Taking deliveries to send: a lease each, so that nothing is held while the network is waited for.

A worker that dies leaves leases behind, which end by themselves: the delivery is sent again.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery

from scoring.domain.webhooks.schedule import at_once
from scoring.models import WebhookDelivery, WebhookEndpoint

# Longer than a request with its name looked up takes; so long a killed worker's are missing.
LEASE = timedelta(minutes=1)
# The oldest waiting delivery of each subject, so that nothing overtakes. It is asked for as a
# value, row by row: an anti-join would read the whole backlog for a handful of rows.
CLAIM = """
WITH due AS (
    SELECT delivery.id FROM scoring_webhookdelivery AS delivery
    WHERE endpoint_id = %(endpoint)s AND state = 'pending' AND next_attempt_at <= %(now)s
      AND (leased_until IS NULL OR leased_until <= %(now)s)
      AND delivery.id = (
          SELECT first.id FROM scoring_webhookdelivery AS first
          WHERE first.endpoint_id = delivery.endpoint_id AND first.state = 'pending'
            AND first.subject = delivery.subject
          ORDER BY first.id LIMIT 1
      )
    ORDER BY next_attempt_at, id LIMIT %(room)s FOR UPDATE SKIP LOCKED
)
UPDATE scoring_webhookdelivery AS delivery
SET leased_until = %(until)s, attempts = attempts + 1
FROM due WHERE delivery.id = due.id
RETURNING delivery.id
"""


def due_endpoints(*, now: datetime) -> list[int]:
    """Return the endpoints, by id, for which something can be sent now."""
    due = WebhookDelivery.objects.filter(
        endpoint_id=OuterRef("pk"), state="pending", next_attempt_at__lte=now
    )
    # One value for each endpoint, not a join with the whole backlog.
    first = Subquery(due.order_by("next_attempt_at", "pk").values("pk")[:1])
    awake = _awake(now).annotate(first=first).filter(first__isnull=False)
    return list(awake.order_by("failures", "pk").values_list("pk", flat=True))


@transaction.atomic
def claim_deliveries(*, endpoint_id: int, now: datetime, most: int) -> list[int]:
    """Lease up to `most` due deliveries of one endpoint and return their ids, oldest first.

    An endpoint has only so many requests under way at once, whoever sends them, and one while
    it fails: its row is locked while they are counted.
    """
    endpoint = _awake(now).select_for_update(no_key=True).filter(pk=endpoint_id).first()
    if endpoint is None:
        return []
    under_way = WebhookDelivery.objects.filter(endpoint_id=endpoint_id, leased_until__gt=now)
    room = min(most, at_once(endpoint.failures) - under_way.count())
    return _claim(endpoint_id, room, now) if room > 0 else []


def _awake(now: datetime) -> QuerySet[WebhookEndpoint]:
    return WebhookEndpoint.objects.filter(
        Q(rests_until__isnull=True) | Q(rests_until__lte=now),
        deleted_at=None,
        disabled_at=None,
        paused_at=None,
    )


def _claim(endpoint_id: int, room: int, now: datetime) -> list[int]:
    values: dict[str, Any] = {
        "endpoint": endpoint_id,
        "room": room,
        "now": now,
        "until": now + LEASE,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        return sorted(row[0] for row in cursor.fetchall())


def claimed_rows(ids: Collection[int]) -> Sequence[WebhookDelivery]:
    """Return claimed deliveries with all that their requests need; one query."""
    return list(
        WebhookDelivery.objects.filter(pk__in=ids)
        .select_related(
            "endpoint",
            "event__disposition",
            "event__transaction__decision__model_version",
            "event__transaction__decision__policy",
            "event__transaction__explanation",
        )
        .order_by("pk")
    )
