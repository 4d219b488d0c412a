"""Webhooks for programs: endpoints, their deliveries, and sending again."""

from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from scoring.access import ADMIN
from scoring.api import webhook_examples as examples
from scoring.api.description import BODY, Told, answered, errors, sent
from scoring.api.webhook_shapes import (
    DeliveriesShape,
    DeliveryFilters,
    DeliveryShape,
    EndpointBody,
    EndpointChange,
    EndpointShape,
    EndpointsShape,
    NewEndpointShape,
    SecretShape,
    checked,
)
from scoring.models import ApiKey, WebhookDelivery, WebhookEndpoint
from scoring.selectors.webhooks.deliveries import Filters, deliveries, delivery_numbered
from scoring.selectors.webhooks.endpoints import Health, endpoint_numbered, endpoints, health_of
from scoring.services import webhooks

SCOPE = "webhooks"


TOO_MANY = Told(409, "too_many_endpoints", "There are 50 endpoints: enough.")
ROTATING = Told(409, "still_rotating", "The last rotation is less than a day old.")
SILENT = Told(409, "endpoint_is_silent", "Nothing is sent to this endpoint: resume it first.")
UNDER_WAY = Told(409, "under_way", "A request for this delivery is being made at this moment.")


class WebhookView(APIView):
    """What all calls about webhooks share: one scope, one role."""

    required_scopes = SCOPE
    allowed_roles = (ADMIN,)


class Webhooks(WebhookView):
    """Every endpoint, and new ones."""

    @extend_schema(
        operation_id="list_webhooks",
        summary="Webhook endpoints and their health",
        responses={200: EndpointsShape, **errors()},
        examples=[answered("endpoints", {"results": [examples.STORED]})],
        tags=["webhooks"],
    )
    def get(self, request: Request) -> Response:
        return Response({"results": [_endpoint(each) for each in endpoints(now=timezone.now())]})

    @extend_schema(
        operation_id="create_webhook",
        summary="Tell an endpoint what happens from now on",
        description=(
            "Requests are signed as the Standard Webhooks specification has it, with the secret"
            " of this answer. Addresses are https and public: `private_address`, `unresolvable`,"
            " `not_https`, `credentials` and `port_not_allowed` say what is wrong with one."
        ),
        request=EndpointBody,
        responses={201: NewEndpointShape, **errors(400, TOO_MANY, *BODY)},
        examples=[
            sent("endpoint", examples.ENDPOINT),
            answered("made", {**examples.STORED, **examples.SECRET}, 201),
        ],
        tags=["webhooks"],
    )
    def post(self, request: Request) -> Response:
        fields = checked(EndpointBody, request.data)
        now = timezone.now()
        endpoint, secret = webhooks.create_endpoint(**fields, by=_person(request), now=now)
        return _kept_nowhere({**_endpoint(_health(endpoint)), "secret": secret}, 201)


class Webhook(WebhookView):
    """One endpoint."""

    @extend_schema(
        operation_id="get_webhook",
        summary="One webhook endpoint",
        responses={200: EndpointShape, **errors(404)},
        examples=[answered("endpoint", examples.STORED)],
        tags=["webhooks"],
    )
    def get(self, request: Request, number: int) -> Response:
        return Response(_endpoint(_health(endpoint_numbered(number))))

    @extend_schema(
        operation_id="change_webhook",
        summary="Change, pause or resume a webhook endpoint",
        description="What is not said stays. What waits goes to the new address.",
        request=EndpointChange,
        responses={200: EndpointShape, **errors(400, 404, *BODY)},
        examples=[sent("pause", {"paused": True}), answered("endpoint", examples.STORED)],
        tags=["webhooks"],
    )
    def patch(self, request: Request, number: int) -> Response:
        endpoint = endpoint_numbered(number)
        fields = checked(EndpointChange, request.data)
        paused = fields.pop("paused", None)
        if fields:
            webhooks.change_endpoint(endpoint=endpoint, **fields)
        if paused:
            webhooks.pause_endpoint(endpoint=endpoint, now=timezone.now())
        elif paused is False:
            webhooks.resume_endpoint(endpoint=endpoint)
        return Response(_endpoint(_health(endpoint)))

    @extend_schema(
        operation_id="delete_webhook",
        summary="Delete a webhook endpoint",
        description="Nothing is sent any more, what waits included.",
        responses={204: None, **errors(404)},
        tags=["webhooks"],
    )
    def delete(self, request: Request, number: int) -> Response:
        webhooks.delete_endpoint(endpoint=endpoint_numbered(number), now=timezone.now())
        return Response(status=204)


class WebhookSecret(WebhookView):
    """A new secret."""

    @extend_schema(
        operation_id="rotate_webhook_secret",
        summary="Rotate the secret of a webhook endpoint",
        description="For 24 hours requests carry a signature with each of both secrets.",
        request=None,
        responses={200: SecretShape, **errors(404, ROTATING)},
        examples=[answered("secret", examples.SECRET)],
        tags=["webhooks"],
    )
    def post(self, request: Request, number: int) -> Response:
        endpoint = endpoint_numbered(number)
        secret = webhooks.rotate_secret(endpoint=endpoint, now=timezone.now())
        return _kept_nowhere({"secret": secret}, 200)


class WebhookTest(WebhookView):
    """A test event."""

    @extend_schema(
        operation_id="test_webhook",
        summary="Send a test event to a webhook endpoint",
        request=None,
        responses={202: DeliveryShape, **errors(404, SILENT)},
        examples=[answered("under way", {**examples.DELIVERY, "type": "webhook.test"}, 202)],
        tags=["webhooks"],
    )
    def post(self, request: Request, number: int) -> Response:
        endpoint = endpoint_numbered(number)
        delivery = webhooks.send_test(endpoint=endpoint, now=timezone.now())
        return Response(_delivery(delivery_numbered(endpoint, delivery.pk)), status=202)


class WebhookDeliveries(WebhookView):
    """What was sent, or waits."""

    @extend_schema(
        operation_id="list_webhook_deliveries",
        summary="Deliveries of a webhook endpoint, newest first",
        description="Kept for 30 days after they ended. Bodies are not shown: replay one.",
        parameters=[DeliveryFilters],
        responses={200: DeliveriesShape, **errors(400, 404)},
        examples=[answered("deliveries", {"results": [examples.DELIVERY], "older_than": None})],
        tags=["webhooks"],
    )
    def get(self, request: Request, number: int) -> Response:
        endpoint = endpoint_numbered(number)
        filters = Filters(**checked(DeliveryFilters, request.query_params.dict()))
        page = deliveries(endpoint, filters)
        results = [_delivery(row) for row in page.rows]
        return Response({"results": results, "older_than": page.older})


class WebhookReplay(WebhookView):
    """Sending again."""

    @extend_schema(
        operation_id="replay_webhook_delivery",
        summary="Send a delivery again",
        description=(
            "The same event with the same `webhook-id`, whether it arrived or not. One that"
            " waits is tried at once."
        ),
        request=None,
        responses={202: DeliveryShape, **errors(404, SILENT, UNDER_WAY)},
        examples=[answered("under way", examples.DELIVERY, 202)],
        tags=["webhooks"],
    )
    def post(self, request: Request, number: int, delivery: int) -> Response:
        endpoint = endpoint_numbered(number)
        wanted = delivery_numbered(endpoint, delivery)
        webhooks.replay_delivery(delivery=wanted, now=timezone.now())
        return Response(_delivery(delivery_numbered(endpoint, delivery)), status=202)


def _person(request: Request) -> User | None:
    """Who is signed in, for whom the key acts, or who made it."""
    if isinstance(request.user, User):
        return request.user
    return request.auth.created_by if isinstance(request.auth, ApiKey) else None


def _health(endpoint: WebhookEndpoint) -> Health:
    return health_of([endpoint], now=timezone.now())[0]


def _kept_nowhere(body: dict[str, Any], status: int) -> Response:
    return Response(body, status=status, headers={"Cache-Control": "no-store"})


def _endpoint(health: Health) -> dict[str, Any]:
    endpoint = health.endpoint
    return {
        "id": endpoint.pk,
        **{name: getattr(endpoint, name) for name in ("name", "url", "events")},
        "state": health.state,
        "disabled_reason": endpoint.disabled_reason,
        "waiting": health.waiting,
        "failed": health.failed,
        "failing_since": endpoint.failing_since,
        "delivered_at": endpoint.delivered_at,
        "rotating": health.rotating,
        "created_at": endpoint.created_at,
    }


def _delivery(delivery: WebhookDelivery) -> dict[str, Any]:
    event = delivery.event
    pending = delivery.state == WebhookDelivery.State.PENDING
    return {
        "id": delivery.pk,
        "event": event.name,
        "type": event.type,
        "external_id": event.transaction.external_id if event.transaction else None,
        "occurred_at": event.occurred_at,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "next_attempt_at": delivery.next_attempt_at if pending else None,
        "finished_at": delivery.finished_at,
        "replayed_at": delivery.replayed_at,
        "last_status": getattr(delivery, "last_status", None),
        "last_error": getattr(delivery, "last_error", None) or "",
    }
