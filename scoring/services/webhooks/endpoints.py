"""Endpoints: made, changed, paused and deleted by people; secrets shown once."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from scoring.domain.errors import Conflict, FieldError, InvalidRecord
from scoring.domain.webhooks.bodies import TYPES
from scoring.domain.webhooks.schedule import OVERLAP
from scoring.domain.webhooks.targets import Refused, parse_target
from scoring.models import WebhookEndpoint
from scoring.selectors.webhooks.secrets import newest_secret
from scoring.services.wakeup import ring
from scoring.services.webhooks.announcing import DELIVER
from scoring.services.webhooks.resolving import Resolver, allowed_addresses, resolve_host

MOST_ENDPOINTS = 50
LONGEST_NAME = 100


def create_endpoint(
    *,
    name: str,
    url: str,
    events: Iterable[str],
    by: User | None,
    now: datetime,
    resolve: Resolver = resolve_host,
) -> tuple[WebhookEndpoint, str]:
    """Return the new endpoint and its secret, `whsec_…`: the only time it is shown.

    Raises InvalidRecord with the faults of each field (see `domain.webhooks.targets` for those of
    `url`), and Conflict `too_many_endpoints`.
    """
    wanted = sorted(set(events))
    _check(name=name, url=url, events=wanted, resolve=resolve)
    if WebhookEndpoint.objects.filter(deleted_at=None).count() >= MOST_ENDPOINTS:
        raise Conflict("too_many_endpoints", f"There are {MOST_ENDPOINTS} endpoints: enough.")
    endpoint = WebhookEndpoint.objects.create(
        name=name.strip(), url=url, events=wanted, created_by=by, created_at=now
    )
    return endpoint, newest_secret(endpoint)


def change_endpoint(
    *,
    endpoint: WebhookEndpoint,
    name: str | None = None,
    url: str | None = None,
    events: Iterable[str] | None = None,
    resolve: Resolver = resolve_host,
) -> WebhookEndpoint:
    """Change what is given; what waits goes to the new address. Raises as `create_endpoint`."""
    endpoint.name = endpoint.name if name is None else name.strip()
    endpoint.events = endpoint.events if events is None else sorted(set(events))
    endpoint.url = endpoint.url if url is None else url
    _check(name=endpoint.name, url=endpoint.url, events=endpoint.events, resolve=resolve)
    endpoint.save(update_fields=["name", "url", "events"])
    return endpoint


def rotate_secret(*, endpoint: WebhookEndpoint, now: datetime) -> str:
    """Return a new secret; for a day requests carry the signatures of both.

    Raises Conflict `still_rotating`: a third secret would cut the first one short.
    """
    with transaction.atomic():
        locked = _locked(endpoint)
        if locked.rotated_at is not None and now < locked.rotated_at + OVERLAP:
            raise Conflict(
                "still_rotating", "The last rotation is less than a day old: both secrets sign."
            )
        locked.secret_number += 1
        locked.rotated_at = now
        locked.save(update_fields=["secret_number", "rotated_at"])
    endpoint.refresh_from_db()
    return newest_secret(endpoint)


def pause_endpoint(*, endpoint: WebhookEndpoint, now: datetime) -> WebhookEndpoint:
    """Stop sending; events gather and wait. Pausing again changes nothing."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk, paused_at=None, disabled_at=None).update(
        paused_at=now
    )
    endpoint.refresh_from_db()
    return endpoint


def resume_endpoint(*, endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """Send again, also to an endpoint that was disabled; its failures are forgotten."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(
        paused_at=None,
        disabled_at=None,
        disabled_reason="",
        failures=0,
        failing_since=None,
        rests_until=None,
    )
    transaction.on_commit(lambda: ring(DELIVER))
    endpoint.refresh_from_db()
    return endpoint


def delete_endpoint(*, endpoint: WebhookEndpoint, now: datetime) -> None:
    """Forget an endpoint: nothing gathers or is sent any more. Its log goes with retention."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk, deleted_at=None).update(deleted_at=now)


def _locked(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    return WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)


def _check(*, name: str, url: str, events: Sequence[str], resolve: Resolver) -> None:
    errors = [*_faults_of_name(name.strip()), *_faults_of_events(events)]
    private = settings.FRAUDREVIEW_WEBHOOK_PRIVATE
    try:
        allowed_addresses(parse_target(url, private=private), private=private, resolve=resolve)
    except Refused as refused:
        errors += refused.errors
    if errors:
        raise InvalidRecord(errors, "The endpoint is not valid.")


def _faults_of_name(name: str) -> list[FieldError]:
    if not name:
        return [FieldError("name", "required", "Say what the endpoint is called.")]
    if len(name) > LONGEST_NAME:
        message = f"A name has at most {LONGEST_NAME} characters."
        return [FieldError("name", "too_long", message)]
    return []


def _faults_of_events(events: Sequence[str]) -> list[FieldError]:
    if not events:
        return [FieldError("events", "required", "Choose at least one event.")]
    return [
        FieldError("events", "unknown_choice", f"There is no event {event}.")
        for event in events
        if event not in TYPES
    ]
