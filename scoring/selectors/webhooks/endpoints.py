"""Endpoints, and whether they are well."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from scoring.domain.errors import NotFound
from scoring.domain.webhooks.schedule import OVERLAP, SUSPECT
from scoring.models import WebhookEndpoint

# Counting further would cost more than it tells.
MOST_COUNTED = 10_000
SUBSCRIBED = (
    "SELECT EXISTS (SELECT FROM scoring_webhookendpoint"
    " WHERE deleted_at IS NULL AND disabled_at IS NULL AND %(type)s::text = ANY(events))"
)
HEARD = (
    "SELECT DISTINCT type FROM scoring_webhookendpoint, unnest(events) AS type"
    " WHERE deleted_at IS NULL AND disabled_at IS NULL AND type = ANY(%(types)s)"
)
COUNTS = """
SELECT id,
    (SELECT count(*) FROM (
        SELECT FROM scoring_webhookdelivery
        WHERE endpoint_id = endpoint.id AND state = 'pending' LIMIT %(most)s) AS waiting),
    (SELECT count(*) FROM (
        SELECT FROM scoring_webhookdelivery
        WHERE endpoint_id = endpoint.id AND state = 'failed' LIMIT %(most)s) AS failed)
FROM unnest(%(ids)s::bigint[]) AS endpoint(id)
"""


@dataclass(frozen=True, slots=True)
class Health:
    """How an endpoint does, and how many deliveries wait or failed, counted up to 10,000.

    `state` is well, unsure (its last requests failed), failing, paused or disabled.
    """

    endpoint: WebhookEndpoint
    state: str
    waiting: int
    failed: int
    rotating: bool

    @property
    def silent(self) -> bool:
        """Whether nothing is sent to it."""
        return self.state in {"paused", "disabled"}


def is_subscribed(type: str) -> bool:
    """Tell whether anybody hears of events of this type; paused endpoints hear later."""
    with connection.cursor() as cursor:
        cursor.execute(SUBSCRIBED, {"type": type})
        return bool(cursor.fetchone()[0])


def heard_types(*types: str) -> frozenset[str]:
    """Return those of the types that anybody hears of; one query."""
    with connection.cursor() as cursor:
        cursor.execute(HEARD, {"types": list(types)})
        return frozenset(row[0] for row in cursor.fetchall())


def endpoint_numbered(number: int) -> WebhookEndpoint:
    """Return an endpoint. Raises NotFound, also for a deleted one."""
    endpoint = _kept().filter(pk=number).first()
    if endpoint is None:
        raise NotFound("not_found", "There is no such webhook endpoint.")
    return endpoint


def endpoints(*, now: datetime) -> list[Health]:
    """Return every endpoint with its health, by name; two queries."""
    return health_of(list(_kept().order_by("name", "pk")), now=now)


def health_of(rows: Sequence[WebhookEndpoint], *, now: datetime) -> list[Health]:
    """Return the health of these endpoints; one query for any number of them."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, {"ids": [row.pk for row in rows], "most": MOST_COUNTED})
        counts = {id: (waiting, failed) for id, waiting, failed in cursor.fetchall()}
    return [
        Health(
            endpoint=row,
            state=_state(row),
            waiting=counts[row.pk][0],
            failed=counts[row.pk][1],
            rotating=row.rotated_at is not None and now < row.rotated_at + OVERLAP,
        )
        for row in rows
    ]


def _kept() -> QuerySet[WebhookEndpoint]:
    return WebhookEndpoint.objects.select_related("created_by").filter(deleted_at=None)


def _state(endpoint: WebhookEndpoint) -> str:
    if endpoint.disabled_at:
        return "disabled"
    if endpoint.paused_at:
        return "paused"
    if endpoint.failures >= SUSPECT:
        return "failing"
    return "unsure" if endpoint.failures else "well"
