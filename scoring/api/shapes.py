"""The shapes of the API's bodies, for its description; they check nothing and store nothing."""

from typing import Any

from rest_framework import serializers

from scoring.domain.events import TYPES
from scoring.domain.intake import PAYMENT_STAGES

OUTCOMES = ("approve", "review", "block")
DISPOSITIONS = ("release", "decline", "void", "refund", "step_up")


class Shape(serializers.Serializer[Any]):
    """Fields that may be absent are said with required=False, null with allow_null."""


class FieldErrorSerializer(Shape):
    field = serializers.CharField(allow_blank=True, help_text="Empty where the whole is wrong.")
    code = serializers.CharField()
    message = serializers.CharField()


class ErrorSerializer(Shape):
    code = serializers.CharField(help_text="Stable; decide by it, not by the message.")
    message = serializers.CharField(help_text="One sentence for people.")
    errors = FieldErrorSerializer(many=True)  # type: ignore[assignment]


class TransactionSerializer(Shape):
    external_id = serializers.CharField(max_length=100, help_text="Your id; the idempotency key.")
    occurred_at = serializers.DateTimeField(help_text="ISO 8601 with an offset.")
    amount = serializers.DecimalField(
        max_digits=16, decimal_places=4, help_text="As text or number; refunds are negative."
    )
    currency = serializers.CharField(min_length=3, max_length=3, help_text="ISO 4217.")
    customer_id = serializers.CharField(max_length=100, required=False, allow_null=True)
    card_id = serializers.CharField(
        max_length=100,
        required=False,
        allow_null=True,
        help_text="Your token of the card. A card number is replaced by a token of ours.",
    )
    merchant_id = serializers.CharField(max_length=100, required=False, allow_null=True)
    device_id = serializers.CharField(max_length=100, required=False, allow_null=True)
    ip_address = serializers.IPAddressField(required=False, allow_null=True)
    email = serializers.EmailField(max_length=254, required=False, allow_null=True)
    payment_method = serializers.CharField(max_length=50, required=False, allow_null=True)
    channel = serializers.CharField(max_length=50, required=False, allow_null=True)
    country = serializers.CharField(
        min_length=2, max_length=2, required=False, allow_null=True, help_text="ISO 3166-1 alpha-2."
    )
    billing_country = serializers.CharField(
        min_length=2, max_length=2, required=False, allow_null=True
    )
    shipping_country = serializers.CharField(
        min_length=2, max_length=2, required=False, allow_null=True
    )
    customer_since = serializers.DateTimeField(
        required=False, allow_null=True, help_text="A time, or a date alone."
    )
    payment_stage = serializers.ChoiceField(
        PAYMENT_STAGES, required=False, allow_null=True, help_text="Without it: authorized."
    )
    respond_by = serializers.DateTimeField(
        required=False, allow_null=True, help_text="Until when you can wait for a person."
    )
    attributes = serializers.DictField(
        required=False,
        allow_null=True,
        help_text="One flat object: text, numbers, true or false; at most 100.",
    )


class ItemErrorSerializer(Shape):
    index = serializers.IntegerField(help_text="Place in what was sent, from 0.")
    external_id = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    field = serializers.CharField(allow_blank=True)
    message = serializers.CharField()


class AcceptanceSerializer(Shape):
    accepted = serializers.IntegerField(help_text="New ones.")
    duplicates = serializers.IntegerField(help_text="Known with the same content.")
    errors = ItemErrorSerializer(  # type: ignore[assignment]
        many=True, help_text="Why the others were not taken."
    )


class ReasonSerializer(Shape):
    code = serializers.CharField()
    sentence = serializers.CharField()
    contribution = serializers.FloatField(help_text="Log odds; above 0 speaks for fraud.")


class DecisionSerializer(Shape):
    external_id = serializers.CharField()
    outcome = serializers.ChoiceField(OUTCOMES, help_text="What the machine said, at once.")
    final_outcome = serializers.ChoiceField(
        OUTCOMES, help_text="What became of the payment; review while a person is to decide."
    )
    disposition = serializers.ChoiceField(DISPOSITIONS, allow_null=True)
    probability = serializers.FloatField(
        allow_null=True, help_text="Of fraud; null where no model could be used."
    )
    reason_codes = ReasonSerializer(many=True)
    model_version = serializers.IntegerField(allow_null=True)
    policy_version = serializers.IntegerField()
    degraded = serializers.BooleanField(help_text="The policy's fallback answered.")
    hold_until = serializers.DateTimeField(
        allow_null=True, help_text="When a held payment times out."
    )
    decided_at = serializers.DateTimeField()


class PendingSerializer(Shape):
    status = serializers.ChoiceField(["pending"])


class EventSerializer(Shape):
    type = serializers.ChoiceField(TYPES)
    occurred_at = serializers.DateTimeField()


class StoredEventSerializer(EventSerializer):
    received_at = serializers.DateTimeField()
