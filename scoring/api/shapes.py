"""The shapes of the API's bodies, for its description; they check nothing and store nothing."""

from typing import Any

from rest_framework import serializers

from scoring.api.fields import (
    AddressField,
    AmountField,
    AttributesField,
    CountryField,
    CurrencyField,
    DayOrMomentField,
    EmailField,
    KeyField,
    optional,
)
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
    """Text is trimmed; null and empty optional fields count as not sent."""

    external_id = KeyField(help_text="Your id; the idempotency key.")
    occurred_at = serializers.DateTimeField(
        help_text="ISO 8601 with an offset; from 1970 to one day ahead."
    )
    amount = AmountField(help_text="As text or number; refunds are negative.")
    currency = CurrencyField(help_text="ISO 4217.")
    customer_id = KeyField(**optional())
    card_id = KeyField(
        **optional(help_text="Your token of the card. A card number is replaced by one of ours.")
    )
    merchant_id = KeyField(**optional())
    device_id = KeyField(**optional())
    ip_address = AddressField(**optional())
    email = EmailField(**optional())
    payment_method = serializers.CharField(**optional(max_length=50))
    channel = serializers.CharField(**optional(max_length=50))
    country = CountryField(**optional(help_text="ISO 3166-1 alpha-2."))
    billing_country = CountryField(**optional())
    shipping_country = CountryField(**optional())
    customer_since = DayOrMomentField(**optional(help_text="A time, or a date alone."))
    payment_stage = serializers.ChoiceField(
        PAYMENT_STAGES, **optional(help_text="Without it: authorized.")
    )
    respond_by = serializers.DateTimeField(
        **optional(help_text="Until when you can wait for a person; at most 366 days ahead.")
    )
    attributes = AttributesField(
        **optional(help_text="One flat object: text, numbers, true or false; at most 100.")
    )


class ItemErrorSerializer(Shape):
    index = serializers.IntegerField(min_value=0, help_text="Place in what was sent, from 0.")
    external_id = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    field = serializers.CharField(allow_blank=True)
    message = serializers.CharField()


class AcceptanceSerializer(Shape):
    accepted = serializers.IntegerField(min_value=0, help_text="New ones.")
    duplicates = serializers.IntegerField(min_value=0, help_text="Known with the same content.")
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
        allow_null=True,
        min_value=0,
        max_value=1,
        help_text="Of fraud; null where no model could be used.",
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
