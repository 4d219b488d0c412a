"""Webhooks for admins: who is told what, how it goes, and sending again.

Bodies are shown nowhere: somebody here may have to judge the payment blind.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from scoring.access import ADMIN, require_roles
from scoring.domain.errors import NotFound, Problem
from scoring.domain.webhooks.bodies import TEST, TYPES
from scoring.forms import EndpointForm
from scoring.models import WebhookDelivery, WebhookEndpoint
from scoring.selectors.webhooks.deliveries import (
    Filters,
    attempts,
    deliveries,
    delivery_numbered,
)
from scoring.selectors.webhooks.endpoints import endpoint_numbered, endpoints, health_of
from scoring.services import webhooks

DONE = {
    "test": "A test event is on its way; its delivery stands on top of the list.",
    "pause": "Paused. Events gather and wait.",
    "resume": "Resumed. What waits is sent now.",
    "replay-failed": "What failed is sent again.",
}


@require_safe
@require_roles(ADMIN)
def overview(request: HttpRequest) -> HttpResponse:
    """Every endpoint and its health."""
    context = {"endpoints": endpoints(now=timezone.now())}
    return render(request, "scoring/webhooks/endpoints.html", context)


@require_roles(ADMIN)
def new(request: HttpRequest) -> HttpResponse:
    """A form, and the endpoint it makes with its secret, shown once."""
    form = EndpointForm(request.POST or None)
    if form.is_valid():
        try:
            endpoint, secret = webhooks.create_endpoint(
                **form.cleaned_data,
                by=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
            )
        except Problem as problem:
            _tell(form, problem)
        else:
            return _shown_once(request, endpoint, secret, made=True)
    return _form(request, form, None)


@require_roles(ADMIN)
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Another name, address or choice of events."""
    endpoint = _endpoint(number)
    now = {name: getattr(endpoint, name) for name in ("name", "url", "events")}
    form = EndpointForm(request.POST or None, initial=now)
    if form.is_valid():
        try:
            webhooks.change_endpoint(endpoint=endpoint, **form.cleaned_data)
        except Problem as problem:
            _tell(form, problem)
        else:
            messages.success(request, "Changed.")
            return redirect("webhook", number)
    return _form(request, form, endpoint)


@require_safe
@require_roles(ADMIN)
def endpoint(request: HttpRequest, number: int) -> HttpResponse:
    """One endpoint: its health, and its deliveries, newest first."""
    found = _endpoint(number)
    filters = _filters(request.GET)
    context = {
        "health": health_of([found], now=timezone.now())[0],
        "endpoint": found,
        "filters": filters,
        "page": deliveries(found, filters),
        "states": WebhookDelivery.State.choices,
        "types": [*TYPES, TEST],
        "days": settings.FRAUDREVIEW_WEBHOOK_DAYS,
    }
    return render(request, "scoring/webhooks/endpoint.html", context)


@require_safe
@require_roles(ADMIN)
def delivery(request: HttpRequest, number: int, delivery: int) -> HttpResponse:
    """One delivery and its requests."""
    found = _delivery(number, delivery)
    context = {
        "endpoint": found.endpoint,
        "delivery": found,
        "attempts": attempts(found),
        "health": health_of([found.endpoint], now=timezone.now())[0],
    }
    return render(request, "scoring/webhooks/delivery.html", context)


@require_POST
@require_roles(ADMIN)
def replay(request: HttpRequest, number: int, delivery: int) -> HttpResponse:
    """Send one delivery again."""
    found = _delivery(number, delivery)
    try:
        webhooks.replay_delivery(delivery=found, now=timezone.now())
    except Problem as problem:
        messages.error(request, problem.message)
    else:
        messages.success(request, "It is sent again.")
    return redirect("webhook-delivery", number, delivery)


@require_POST
@require_roles(ADMIN)
def act(request: HttpRequest, number: int, step: str) -> HttpResponse:
    """Test, pause, resume, or replay what failed."""
    endpoint, now = _endpoint(number), timezone.now()
    try:
        if step == "test":
            webhooks.send_test(endpoint=endpoint, now=now)
        elif step == "pause":
            webhooks.pause_endpoint(endpoint=endpoint, now=now)
        elif step == "resume":
            webhooks.resume_endpoint(endpoint=endpoint)
        else:
            webhooks.replay_failed(endpoint=endpoint, now=now)
    except Problem as problem:
        messages.error(request, problem.message)
    else:
        messages.success(request, DONE[step])
    return redirect("webhook", number)


@require_POST
@require_roles(ADMIN)
def rotate(request: HttpRequest, number: int) -> HttpResponse:
    """Make a new secret and show it, once."""
    endpoint = _endpoint(number)
    try:
        secret = webhooks.rotate_secret(endpoint=endpoint, now=timezone.now())
    except Problem as problem:
        messages.error(request, problem.message)
        return redirect("webhook", number)
    return _shown_once(request, endpoint, secret, made=False)


@require_POST
@require_roles(ADMIN)
def delete(request: HttpRequest, number: int) -> HttpResponse:
    """Forget an endpoint."""
    endpoint = _endpoint(number)
    webhooks.delete_endpoint(endpoint=endpoint, now=timezone.now())
    messages.success(request, f"{endpoint.name} is deleted. Nothing is sent there any more.")
    return redirect("webhooks")


def _endpoint(number: int) -> WebhookEndpoint:
    try:
        return endpoint_numbered(number)
    except NotFound as error:
        raise Http404(error.message) from None


def _delivery(number: int, delivery: int) -> WebhookDelivery:
    try:
        return delivery_numbered(endpoint_numbered(number), delivery)
    except NotFound as error:
        raise Http404(error.message) from None


def _form(request: HttpRequest, form: EndpointForm, found: WebhookEndpoint | None) -> HttpResponse:
    context = {"form": form, "endpoint": found, "types": TYPES}
    status = 400 if request.method == "POST" else 200
    return render(request, "scoring/webhooks/form.html", context, status=status)


def _shown_once(
    request: HttpRequest, endpoint: WebhookEndpoint, secret: str, *, made: bool
) -> HttpResponse:
    """Show the secret in this one answer: a message would store it in the session."""
    context = {"endpoint": endpoint, "secret": secret, "made": made}
    response = render(request, "scoring/webhooks/secret.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _tell(form: EndpointForm, problem: Problem) -> None:
    for fault in problem.errors:
        form.add_error(fault.field if fault.field in form.fields else None, fault.message)
    if not problem.errors:
        form.add_error(None, problem.message)


def _filters(query: Mapping[str, Any]) -> Filters:
    """What is asked for; what makes no sense is not asked for."""
    state, type = query.get("state", ""), query.get("event", "")
    return Filters(
        state=state if state in WebhookDelivery.State.values else "",
        type=type if type in (*TYPES, TEST) else "",
        external_id=query.get("payment", "").strip()[:100],
        older_than=_number(query.get("older", "")),
        newer_than=_number(query.get("newer", "")),
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
