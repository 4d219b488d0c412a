"""Deliveries of one endpoint, newest first, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery

from scoring.domain.errors import NotFound
from scoring.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from scoring.selectors.transactions import transaction_id_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked for; empty and None stand for anything."""

    state: str = ""
    type: str = ""
    external_id: str = ""
    older_than: int | None = None
    newer_than: int | None = None

    @property
    def narrows(self) -> bool:
        """Whether a state, a type or a payment was asked for."""
        return bool(self.state or self.type or self.external_id)


@dataclass(frozen=True, slots=True)
class Page:
    """Deliveries, newest first; `older` and `newer` are the ids to go on from, or None."""

    rows: Sequence[WebhookDelivery]
    older: int | None
    newer: int | None


def deliveries(endpoint: WebhookEndpoint, filters: Filters, *, size: int = PAGE) -> Page:
    """Return one page. Each row has its event, its payment, and `last_status`, `last_error`,
    `last_detail`, `last_milliseconds` of its newest attempt (None before the first).
    """
    found = _narrowed(endpoint, filters)
    if filters.newer_than is not None:
        upwards = found.filter(pk__gt=filters.newer_than).order_by("pk")[: size + 1]
        ids = list(upwards.values_list("pk", flat=True))
        more_newer, more_older = len(ids) > size, True
        ids = ids[:size][::-1]
    else:
        if filters.older_than is not None:
            found = found.filter(pk__lt=filters.older_than)
        ids = list(found.order_by("-pk").values_list("pk", flat=True)[: size + 1])
        more_newer, more_older = filters.older_than is not None, len(ids) > size
        ids = ids[:size]
    return Page(
        rows=list(_shown(WebhookDelivery.objects.filter(pk__in=ids)).order_by("-pk")),
        older=ids[-1] if ids and more_older else None,
        newer=ids[0] if ids and more_newer else None,
    )


def delivery_numbered(endpoint: WebhookEndpoint, number: int) -> WebhookDelivery:
    """Return a delivery of this endpoint, as `deliveries` does. Raises NotFound."""
    found = _shown(WebhookDelivery.objects.filter(endpoint=endpoint, pk=number)).first()
    if found is None:
        raise NotFound("not_found", "There is no such delivery at this endpoint.")
    return found


def attempts(delivery: WebhookDelivery) -> Sequence[WebhookAttempt]:
    """Return the requests of a delivery, the newest 100, newest first."""
    return list(delivery.log.order_by("-pk")[:100])


def _narrowed(endpoint: WebhookEndpoint, filters: Filters) -> QuerySet[WebhookDelivery]:
    found = WebhookDelivery.objects.filter(endpoint=endpoint)
    if filters.state:
        found = found.filter(state=filters.state)
    if filters.type:
        found = found.filter(event__type=filters.type)
    if filters.external_id:
        found = found.filter(event__transaction_id=transaction_id_of(filters.external_id) or 0)
    return found


def _shown(found: QuerySet[WebhookDelivery]) -> QuerySet[WebhookDelivery]:
    newest = WebhookAttempt.objects.filter(delivery=OuterRef("pk")).order_by("-pk")
    last = {
        f"last_{name}": Subquery(newest.values(name)[:1])
        for name in ("began_at", "status", "error", "detail", "milliseconds")
    }
    return found.select_related("event__transaction", "endpoint").annotate(**last)
