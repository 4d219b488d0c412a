"""Bodies of the model owner's calls: what is sent is checked here, what is answered described."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from monitoring.models import TrainingRun
from scoring.domain.errors import FieldError, InvalidRecord
from scoring.domain.policy import OUTCOMES, TIMEOUT_ACTIONS
from scoring.models import Stage
from scoring.selectors.feature_sets import shipped_names

MODELS = ("xgboost", "logistic")


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


class TrainingRequestBody(Body):
    feature_set = serializers.ChoiceField(
        [], required=False, help_text="A shipped feature set; default: that of production."
    )
    window_from = serializers.DateTimeField(required=False, help_text="Default: a year ago.")
    window_until = serializers.DateTimeField(required=False, help_text="Default: now.")
    label_delay_days = serializers.IntegerField(required=False, min_value=0, max_value=365)
    model = serializers.ChoiceField(MODELS, required=False, help_text="Default: xgboost.")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Offer the shipped feature sets only: a file name would read the server's disk."""
        fields = super().get_fields()
        fields["feature_set"] = serializers.ChoiceField(shipped_names(), required=False)
        return fields


class StageBody(Body):
    stage = serializers.ChoiceField(Stage.values)
    reason = serializers.CharField(max_length=2000, help_text="At least 20 characters; kept.")
    policy = serializers.IntegerField(
        required=False,
        help_text="Number of the policy that decides with it; without one, its recommended one.",
    )


class PolicyBody(Body):
    model_version = serializers.IntegerField(allow_null=True)
    review_threshold = serializers.FloatField(
        allow_null=True, help_text="Review from this probability on; null: never."
    )
    block_threshold = serializers.FloatField(
        allow_null=True, help_text="Block from this probability on; null: never."
    )
    rule = serializers.CharField(max_length=4000, help_text="Which rule chose the thresholds.")
    costs = serializers.DictField(required=False, help_text="Decimal strings by name.")
    audit_rates = serializers.DictField(required=False, help_text="Above 0, at most 1, by name.")
    review_capacity = serializers.IntegerField(required=False, min_value=0)
    review_minutes = serializers.IntegerField(required=False, min_value=1)
    timeout_action = serializers.ChoiceField(TIMEOUT_ACTIONS, required=False)
    fallback_outcome = serializers.ChoiceField(OUTCOMES, required=False)
    over_capacity_outcome = serializers.ChoiceField(("approve", "block"), required=False)
    activate_because = serializers.CharField(
        required=False,
        max_length=2000,
        help_text="Let it decide at once, for this reason (at least 20 characters).",
    )


class TrainingRunShape(Body):
    id = serializers.IntegerField()
    status = serializers.ChoiceField(TrainingRun.Status.values)
    progress = serializers.FloatField(help_text="Share done, in [0, 1].")
    step = serializers.CharField(allow_blank=True, help_text="What it does now.")
    trigger = serializers.ChoiceField(TrainingRun.Trigger.values)
    feature_set = serializers.CharField()
    requested_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    model_version = serializers.IntegerField(allow_null=True)
    metrics = serializers.DictField()
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
    review_capacity = serializers.IntegerField()
    review_minutes = serializers.IntegerField()
    timeout_action = serializers.ChoiceField(TIMEOUT_ACTIONS)
    fallback_outcome = serializers.ChoiceField(OUTCOMES)
    over_capacity_outcome = serializers.ChoiceField(("approve", "block"))
    created_at = serializers.DateTimeField()


class PoliciesShape(Body):
    results = PolicyShape(many=True, help_text="Newest first.")
