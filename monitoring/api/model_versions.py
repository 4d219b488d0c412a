"""Model versions: their evidence, their history, and moving one."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from monitoring.api import examples
from monitoring.api.learning_shapes import (
    ModelVersionShape,
    ModelVersionsShape,
    StageBody,
    checked,
)
from monitoring.api.responsible import responsible_person
from scoring.access import ADMIN, LEAD, MANAGER
from scoring.api.description import BODY, Told, answered, errors, invalid, sent
from scoring.models import ModelVersion, Stage, StageChange
from scoring.selectors.policies import policy_numbered
from scoring.selectors.registry import version_numbered
from scoring.services.promotion import promote_recommended
from scoring.services.registry import change_stage

UNMOVED = (
    invalid("reason", "required", "This field is required."),
    Told(400, "reason_too_short", "Say why, in at least 20 characters: it is kept."),
    Told(400, "stage_not_available", "No payment would be scored in shadow yet."),
    Told(400, "invalid_policy", "the review threshold must not lie above the block threshold"),
    Told(400, "artefact_missing", "Model artefact 14-9f2c is not in the storage."),
    Told(400, "artefact_altered", "Model artefact 14-9f2c was altered after it was registered."),
    Told(400, "artefact_format", "Model artefact 14-9f2c has format 2."),
    Told(400, "artefact_inaccurate", "The model does not reproduce the margins it was saved with."),
    Told(400, "feature_set_mismatch", "The model was trained on another feature set."),
    404,
    Told(404, "unknown_version", "There is no model version 15."),
    Told(404, "unknown_policy", "There is no policy 12."),
    Told(409, "invalid_transition", "A version that is archived cannot become a candidate."),
    Told(409, "version_poisoned", "A version that was rolled back cannot be used again."),
    Told(409, "machine_may_only_retreat", "Only a person may make a version production."),
    Told(409, "needs_successor", "v14 decides: promote another version, or roll it back."),
    Told(409, "policy_of_another_version", "Policy 9 belongs to v13, not to v14."),
    Told(409, "nothing_to_roll_back", "No model version is in production."),
    Told(409, "no_way_back", "No earlier policy is left to go back to."),
)


class ModelVersions(APIView):
    """Every version with its evidence."""

    required_scopes = {"GET": "models"}
    allowed_roles = {"GET": (ADMIN, MANAGER, LEAD)}

    @extend_schema(
        operation_id="list_model_versions",
        summary="Model versions, newest first",
        description="Each with its evidence on held-out payments and every step it took.",
        responses={200: ModelVersionsShape, **errors()},
        examples=[answered("versions", {"results": [examples.VERSION]})],
        tags=["models"],
    )
    def get(self, request: Request) -> Response:
        versions = ModelVersion.objects.select_related("feature_set").prefetch_related(
            "stage_changes__changed_by"
        )
        return Response({"results": [_shown(each) for each in versions.order_by("-number")]})


class ModelVersionStage(APIView):
    """Promotion, roll-back and archiving: a person's step, with a reason."""

    required_scopes = {"POST": "models"}
    allowed_roles = {"POST": (ADMIN,)}

    @extend_schema(
        operation_id="change_stage",
        summary="Promote, roll back or archive a version",
        description=(
            "`production` switches the version and its policy at once, without a restart;"
            " `rolled_back` on the deciding version returns to the pair before it. It is done in"
            " the name of the person the key acts for, or else of the one who made it; a key with"
            " nobody behind it may only retreat."
        ),
        request=StageBody,
        responses={200: ModelVersionShape, **errors(*BODY, *UNMOVED)},
        examples=[
            sent("promotion", examples.PROMOTION),
            answered("promoted", examples.VERSION),
        ],
        tags=["models"],
    )
    def post(self, request: Request, number: int) -> Response:
        fields = checked(StageBody, request.data)
        _move(version_numbered(number), fields, request)
        return Response(_shown(version_numbered(number)))


def _move(version: ModelVersion, fields: dict[str, Any], request: Request) -> StageChange:
    by = responsible_person(request)
    stage, reason, now = fields["stage"], fields["reason"], timezone.now()
    policy = policy_numbered(fields["policy"]) if "policy" in fields else None
    if stage == Stage.PRODUCTION and policy is None:
        return promote_recommended(model_version=version, by=by, reason=reason, now=now)
    return change_stage(
        model_version=version, to_stage=stage, by=by, reason=reason, now=now, policy=policy
    )


def _shown(version: ModelVersion) -> dict[str, object]:
    changes = sorted(version.stage_changes.all(), key=lambda change: change.pk)
    return {
        "number": version.number,
        "stage": version.stage,
        "feature_set": version.feature_set.name,
        "trained_from": version.trained_from,
        "trained_until": version.trained_until,
        "created_at": version.created_at,
        "digest": version.digest,
        "metrics": version.metrics,
        "recommended_policy": version.recommended_policy,
        "stage_changes": [
            {
                "from_stage": change.from_stage,
                "to_stage": change.to_stage,
                "changed_at": change.changed_at,
                "changed_by": change.changed_by.username if change.changed_by else None,
                "reason": change.reason,
            }
            for change in changes
        ],
    }
