"""Bodies of the calls about webhooks: checked where sent, described where answered."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from scoring.domain.errors import FieldError, InvalidRecord
from scoring.domain.webhooks.bodies import TYPES
from scoring.domain.webhooks.targets import LONGEST
from scoring.models import WebhookDelivery

STATES = ("well", "unsure", "failing", "paused", "disabled")


class Body(serializers.Serializer[Any]):
    """What a program sends or gets."""


class EndpointBody(Body):
    name = serializers.CharField(max_length=100)
    url = serializers.CharField(
        max_length=LONGEST, help_text="https, on a public address. Redirects are not followed."
    )
    events = serializers.ListField(
        child=serializers.ChoiceField(list(TYPES)), min_length=1, max_length=len(TYPES)
    )


class EndpointChange(EndpointBody):
    name = serializers.CharField(max_length=100, required=False)
    url = serializers.CharField(max_length=LONGEST, required=False)
    events = serializers.ListField(
        child=serializers.ChoiceField(list(TYPES)),
        min_length=1,
        max_length=len(TYPES),
        required=False,
    )
    paused = serializers.BooleanField(
        required=False, help_text="false also resumes an endpoint that was disabled."
    )


class EndpointShape(EndpointBody):
    id = serializers.IntegerField()
    state = serializers.ChoiceField(
        STATES, help_text="Disabled endpoints gather nothing; paused ones gather and wait."
    )
    disabled_reason = serializers.CharField(allow_blank=True)
    waiting = serializers.IntegerField(help_text="Deliveries to come, counted up to 10,000.")
    failed = serializers.IntegerField(help_text="Given up, counted up to 10,000.")
    failing_since = serializers.DateTimeField(allow_null=True)
    delivered_at = serializers.DateTimeField(allow_null=True, help_text="The newest success.")
    rotating = serializers.BooleanField(help_text="Two secrets sign at present.")
    created_at = serializers.DateTimeField()


class EndpointsShape(Body):
    results = EndpointShape(many=True)


class SecretShape(Body):
    secret = serializers.CharField(help_text="Shown this once: whsec_ and 32 bytes in base64.")


class NewEndpointShape(EndpointShape):
    secret = serializers.CharField(help_text="Shown this once: whsec_ and 32 bytes in base64.")


class DeliveryShape(Body):
    id = serializers.IntegerField()
    event = serializers.CharField(help_text="The webhook-id that the receiver sees.")
    type = serializers.CharField()
    external_id = serializers.CharField(allow_null=True, help_text="Of the payment, if it is one.")
    occurred_at = serializers.DateTimeField()
    state = serializers.ChoiceField(WebhookDelivery.State.values)
    attempts = serializers.IntegerField(help_text="Since the last replay.")
    next_attempt_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    replayed_at = serializers.DateTimeField(allow_null=True)
    last_status = serializers.IntegerField(allow_null=True)
    last_error = serializers.CharField(allow_blank=True, help_text="A code; empty for a success.")


class DeliveriesShape(Body):
    results = DeliveryShape(many=True, help_text="50 at most, newest first.")
    older_than = serializers.IntegerField(
        allow_null=True, help_text="Ask with it for the next page; null on the last one."
    )


class DeliveryFilters(Body):
    state = serializers.ChoiceField(WebhookDelivery.State.values, required=False)
    type = serializers.CharField(max_length=30, required=False)
    external_id = serializers.CharField(max_length=100, required=False)
    older_than = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False)


def checked(shape: type[Body], data: object) -> dict[str, Any]:
    """Return the checked fields. Raises InvalidRecord, ValidationError; no field is ignored."""
    if not isinstance(data, Mapping):
        message = "One JSON object is expected."
        raise InvalidRecord([FieldError("", "invalid", message)], message)
    body = shape(data=data)
    unknown = [
        FieldError(str(name), "unknown_field", f"There is no field {name}.")
        for name in data
        if name not in body.fields
    ]
    if unknown:
        raise InvalidRecord(unknown, "The request is not valid.")
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)
