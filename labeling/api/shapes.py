"""The shapes of labeling's bodies, for the API's description; they check nothing."""

from rest_framework import serializers

from labeling.models import Label
from scoring.api.shapes import (
    DecisionSerializer,
    Shape,
    StoredEventSerializer,
    TransactionSerializer,
)
from scoring.models import Disposition


class StoredDispositionSerializer(Shape):
    action = serializers.ChoiceField(Disposition.Action.choices)
    cause = serializers.ChoiceField(Disposition.Cause.choices)
    disposed_at = serializers.DateTimeField()


class StoredLabelSerializer(Shape):
    id = serializers.IntegerField(help_text="What `supersedes` of a later label names.")
    label = serializers.ChoiceField(Label.Value.choices)  # type: ignore[assignment]
    source = serializers.ChoiceField(Label.Source.choices)  # type: ignore[assignment]
    verification = serializers.CharField(allow_blank=True)
    fraud_type = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    dispute_stage = serializers.CharField(allow_blank=True)
    occurred_at = serializers.DateTimeField(allow_null=True)
    known_at = serializers.DateTimeField()
    reviewer = serializers.CharField(
        allow_null=True, help_text="User name; null without the scope `review`."
    )
    supersedes = serializers.IntegerField(allow_null=True)
    means = serializers.ChoiceField(
        Label.Value.choices, help_text="What it says about the truth by our rules."
    )
    superseded = serializers.BooleanField(help_text="A later label replaces it.")


class ResolvedLabelSerializer(Shape):
    label = serializers.ChoiceField(Label.Value.choices)  # type: ignore[assignment]
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    fraud_type = serializers.CharField(allow_blank=True)
    known_at = serializers.DateTimeField(allow_null=True)
    conflict = serializers.BooleanField(help_text="Some label says the opposite.")
    trains = serializers.BooleanField(help_text="Whether a model may learn from it.")
    rule_version = serializers.IntegerField(help_text="Of the rule that resolves labels.")


class TransactionHistorySerializer(TransactionSerializer):
    received_at = serializers.DateTimeField()
    base_amount = serializers.DecimalField(
        max_digits=17, decimal_places=2, help_text="In the reporting currency, rate of the intake."
    )
    imported = serializers.BooleanField(help_text="History, not live traffic.")
    masked = serializers.ListField(
        child=serializers.CharField(),
        help_text="Fields that are kept but not shown; the scope `review` sees them.",
    )
    events = StoredEventSerializer(many=True)
    kept_back = serializers.BooleanField(
        help_text="This person may judge it blind: events, decision and labels come afterwards."
    )
    decision = DecisionSerializer(allow_null=True)
    dispositions = StoredDispositionSerializer(many=True)
    labels = StoredLabelSerializer(many=True)
    resolved_label = ResolvedLabelSerializer(
        allow_null=True, help_text="What we hold for true now; null where nobody has said anything."
    )
