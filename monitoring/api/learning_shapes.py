"""Bodies of the model owner's calls: what is sent is checked here, what is answered described."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from monitoring.models import TrainingRun
from scoring.domain.errors import FieldError, InvalidRecord
from scoring.domain.policy import OUTCOMES, TIMEOUT_ACTIONS, AuditRates, Costs
from scoring.models import Stage
from scoring.selectors.feature_sets import shipped_names
from scoring.services.policies import LONGEST_HOLD_MINUTES, MOST_REVIEWS
from scoring.services.registry.stages import LEAST_REASON

MODELS = ("xgboost", "logistic")
COST = {
    "anyOf": [
        {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"},
        {"type": "number", "minimum": 0},
    ]
}
RATE = {"type": "number", "exclusiveMinimum": 0, "maximum": 1}


class Body(serializers.Serializer[Any]):
    """What a program sends."""


def checked(shape: type[Body], data: object) -> dict[str, Any]:
    """Return the checked fields of what was sent. Raises InvalidRecord, ValidationError.

    A field that does not exist is an error: a misspelt threshold must not be ignored.
    """
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


class Text(serializers.CharField):
    """Text that is text: a number would be kept as words that nobody wrote."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


@extend_schema_field({"type": "string", "minLength": LEAST_REASON})
class Sentence(Text):
    """A reason that is kept; whether it is long enough is the service's question."""


class Whole(serializers.IntegerField):
    """A whole number that is not written as text."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


@extend_schema_field({"type": "number", "format": "double", "minimum": 0, "maximum": 1})
class Share(serializers.FloatField):
    """A number in [0, 1] that is not written as text; the policy's rules check the bounds."""

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return super().to_internal_value(data)


@extend_schema_field(
    {
        "type": "object",
        "properties": dict.fromkeys(Costs.__slots__, COST),
        "additionalProperties": False,
    }
)
class CostsField(serializers.DictField):
    """What errors and reviews cost, by name."""


@extend_schema_field(
    {
        "type": "object",
        "properties": dict.fromkeys(AuditRates.__slots__, RATE),
        "additionalProperties": False,
    }
)
class AuditRatesField(serializers.DictField):
    """Shares that are looked at blind, by name."""


@extend_schema_field(
    {
        "type": "object",
        "properties": {
            "approve": {"type": "number", "exclusiveMinimum": 0},
            "block": {"type": "number", "exclusiveMinimum": 0},
            "approve_minutes": {"type": "string", "format": "decimal"},
            "block_minutes": {"type": "string", "format": "decimal"},
        },
        "additionalProperties": False,
    }
)
class AuditBudgetField(serializers.DictField):
    """Looks a day on either side, and the minutes each takes."""


class TrainingRequestBody(Body):
    feature_set = serializers.ChoiceField(
        [], required=False, help_text="A shipped feature set; default: that of production."
    )
    window_from = serializers.DateTimeField(required=False, help_text="Default: a year ago.")
    window_until = serializers.DateTimeField(required=False, help_text="Default: now.")
    as_of = serializers.DateTimeField(
        required=False, help_text="Learn only from what was known then. Default: now."
    )
    label_delay_days = Whole(required=False, min_value=0, max_value=365)
    model = serializers.ChoiceField(MODELS, required=False, help_text="Default: xgboost.")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Offer the shipped feature sets only: a file name would read the server's disk."""
        fields = super().get_fields()
        fields["feature_set"] = serializers.ChoiceField(shipped_names(), required=False)
        return fields


class StageBody(Body):
    stage = serializers.ChoiceField(Stage.values)
    reason = Sentence(max_length=2000, help_text="At least 20 characters; kept.")
    policy = Whole(
        required=False,
        help_text="Number of the policy that decides with it; without one, its recommended one.",
    )


class PolicyBody(Body):
    model_version = Whole(allow_null=True)
    review_threshold = Share(
        allow_null=True, help_text="Review from this probability on; null: never."
    )
    block_threshold = Share(
        allow_null=True, help_text="Block from this probability on; null: never."
    )
    rule = Sentence(max_length=4000, help_text="Which rule chose the thresholds.")
    costs = CostsField(required=False, help_text="Decimal strings by name.")
    audit_rates = AuditRatesField(required=False, help_text="Above 0, at most 1, by name.")
    audit_budget = AuditBudgetField(
        required=False,
        help_text="Audits a day of approved and of blocked payments, spent each night where they"
        " tell most. {}: the audit rates hold.",
    )
    review_capacity = Whole(required=False, min_value=0, max_value=MOST_REVIEWS)
    review_minutes = Whole(required=False, min_value=1, max_value=LONGEST_HOLD_MINUTES)
    timeout_action = serializers.ChoiceField(TIMEOUT_ACTIONS, required=False)
    fallback_outcome = serializers.ChoiceField(OUTCOMES, required=False)
    over_capacity_outcome = serializers.ChoiceField(("approve", "block"), required=False)
    explanation_hidden_share = Share(
        required=False, help_text="Of the first looks, so many show the score without its reasons."
    )
    score_hidden_share = Share(
        required=False,
        help_text="Of the first looks, so many show no score before the verdict; both together at"
        " most 0.5.",
    )
    activate_because = Sentence(
        required=False,
        max_length=2000,
        help_text="Let it decide at once, for this reason (at least 20 characters).",
    )


class TrainingRunShape(Body):
    id = serializers.IntegerField()
    status = serializers.ChoiceField(TrainingRun.Status.values)
    progress = serializers.FloatField(min_value=0, max_value=1, help_text="Share done, in [0, 1].")
    step = serializers.CharField(allow_blank=True, help_text="What it does now.")
    trigger = serializers.ChoiceField(TrainingRun.Trigger.values)
    feature_set = serializers.CharField()
    requested_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    model_version = serializers.IntegerField(allow_null=True)
    metrics = serializers.DictField()
    dataset = serializers.DictField(
        allow_null=True,
        help_text="The datasheet: as of when, rows, sources, weeks, weights, what is left out, and"
        " the SHA-256 of ids, labels and weights. Null before the data are gathered.",
    )
    error_code = serializers.CharField(allow_blank=True)
    error = serializers.CharField(allow_blank=True)


class TrainingRunsShape(Body):
    results = TrainingRunShape(many=True, help_text="The newest 50, newest first.")


class StageChangeShape(Body):
    from_stage = serializers.CharField(allow_blank=True)
    to_stage = serializers.CharField()
    changed_at = serializers.DateTimeField()
    changed_by = serializers.CharField(allow_null=True)
    reason = serializers.CharField()


class ModelVersionShape(Body):
    number = serializers.IntegerField()
    stage = serializers.ChoiceField(Stage.values)
    feature_set = serializers.CharField()
    trained_from = serializers.DateTimeField()
    trained_until = serializers.DateTimeField()
    created_at = serializers.DateTimeField()
    digest = serializers.CharField()
    metrics = serializers.DictField(help_text="Held-out evidence, beside a baseline.")
    recommended_policy = serializers.DictField()
    stage_changes = StageChangeShape(many=True)


class ModelVersionsShape(Body):
    results = ModelVersionShape(many=True, help_text="Newest first.")


class PolicyShape(Body):
    number = serializers.IntegerField()
    active = serializers.BooleanField()
    model_version = serializers.IntegerField(allow_null=True)
    review_threshold = serializers.FloatField(allow_null=True)
    block_threshold = serializers.FloatField(allow_null=True)
    rule = serializers.CharField()
    costs = serializers.DictField()
    audit_rates = serializers.DictField()
    audit_budget = serializers.DictField(help_text="{}: the audit rates hold.")
    review_capacity = serializers.IntegerField()
    review_minutes = serializers.IntegerField()
    timeout_action = serializers.ChoiceField(TIMEOUT_ACTIONS)
    fallback_outcome = serializers.ChoiceField(OUTCOMES)
    over_capacity_outcome = serializers.ChoiceField(("approve", "block"))
    explanation_hidden_share = serializers.FloatField()
    score_hidden_share = serializers.FloatField()
    audit_minutes_a_day = serializers.FloatField(
        allow_null=True, help_text="What the stated audits take; null where none are stated."
    )
    audit_cost_a_day = serializers.DecimalField(
        max_digits=17, decimal_places=2, allow_null=True, help_text="In the reporting currency."
    )
    created_at = serializers.DateTimeField()


class PoliciesShape(Body):
    results = PolicyShape(many=True, help_text="Newest first.")
