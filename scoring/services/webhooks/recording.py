"""What became of attempts: a row each, and what follows for the delivery and its endpoint."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from scoring.domain.sampling import draw
from scoring.domain.webhooks.schedule import is_beyond_hope, next_attempt, rest
from scoring.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from scoring.selectors.secrets import data_key
from scoring.services.webhooks.posting import Answer

STEP = timedelta(minutes=1)
Delivery = WebhookDelivery


@dataclass(frozen=True, slots=True)
class Attempt:
    """A delivery as it was claimed, when its request began, and how it went."""

    delivery: WebhookDelivery
    began_at: datetime
    answer: Answer


@transaction.atomic
def record_attempts(endpoint_id: int, attempts: Sequence[Attempt], *, now: datetime) -> None:
    """Write down how requests to one endpoint went.

    A failure that comes after its lease has ended changes nothing, for somebody else has the
    delivery by then. A success always counts.
    """
    # The endpoint before its deliveries, as everywhere.
    WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=endpoint_id)
    WebhookAttempt.objects.bulk_create(_row(attempt) for attempt in attempts)
    if successes := [attempt.delivery.pk for attempt in attempts if not attempt.answer.error]:
        _record_successes(endpoint_id, successes, now)
    for attempt in attempts:
        if attempt.answer.error:
            _record_failure(attempt, now)


def _row(attempt: Attempt) -> WebhookAttempt:
    answer = attempt.answer
    return WebhookAttempt(
        delivery=attempt.delivery,
        began_at=attempt.began_at,
        milliseconds=answer.milliseconds,
        status=answer.status,
        error=answer.error,
        detail=answer.detail,
    )


def _record_successes(endpoint_id: int, delivery_ids: Sequence[int], now: datetime) -> None:
    Delivery.objects.filter(pk__in=delivery_ids, state=Delivery.State.PENDING).update(
        state=Delivery.State.DELIVERED, finished_at=now, leased_until=None
    )
    stale = Q(delivered_at=None) | Q(delivered_at__lte=now - STEP) | Q(failures__gt=0)
    WebhookEndpoint.objects.filter(stale, pk=endpoint_id).update(
        delivered_at=now, failures=0, failing_since=None, rests_until=None
    )


def _record_failure(attempt: Attempt, now: datetime) -> None:
    delivery = attempt.delivery
    again = next_attempt(
        attempts=delivery.attempts, now=now, draw=_draw(delivery), wish=attempt.answer.wish
    )
    ours = Delivery.objects.filter(
        pk=delivery.pk, state=Delivery.State.PENDING, attempts=delivery.attempts
    )
    if again is None:
        ours.update(state=Delivery.State.FAILED, finished_at=now, leased_until=None)
    else:
        ours.update(next_attempt_at=again, leased_until=None)
        _let_wait(delivery, again)
    _note_failure(attempt, now)


def _let_wait(delivery: WebhookDelivery, until: datetime) -> None:
    """Later events of the same subject wait anyhow: nobody needs to look at them before."""
    Delivery.objects.filter(
        endpoint_id=delivery.endpoint_id,
        subject=delivery.subject,
        state=Delivery.State.PENDING,
        pk__gt=delivery.pk,
        next_attempt_at__lt=until,
    ).update(next_attempt_at=until)


def _note_failure(attempt: Attempt, now: datetime) -> None:
    endpoints = WebhookEndpoint.objects.filter(pk=attempt.delivery.endpoint_id)
    endpoints.update(failures=F("failures") + 1, failing_since=Coalesce("failing_since", now))
    endpoint = endpoints.get()
    endpoints.update(rests_until=now + rest(endpoint.failures) if rest(endpoint.failures) else None)
    if attempt.answer.error == "gone":
        disable(endpoint, "It answered 410: gone.", now)
    elif is_beyond_hope(endpoint.failing_since, now):
        disable(endpoint, "Nothing could be delivered for 5 days.", now)


def disable(endpoint: WebhookEndpoint, reason: str, now: datetime) -> None:
    """Stop sending to an endpoint. What waits counts as failed, and can be replayed."""
    disabled = WebhookEndpoint.objects.filter(pk=endpoint.pk, disabled_at=None).update(
        disabled_at=now, disabled_reason=reason, paused_at=None
    )
    if disabled:
        Delivery.objects.filter(endpoint=endpoint, state=Delivery.State.PENDING).update(
            state=Delivery.State.FAILED, finished_at=now, leased_until=None
        )


def _draw(delivery: WebhookDelivery) -> float:
    return draw(data_key(), f"{delivery.pk}.{delivery.attempts}", "webhook")
