"""Decision policies: read them, make a new one."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from monitoring.api import examples
from monitoring.api.learning_shapes import PoliciesShape, PolicyBody, PolicyShape, checked
from monitoring.api.responsible import responsible_person
from scoring.access import ADMIN, LEAD, MANAGER
from scoring.api.description import BODY, Told, answered, errors, invalid, sent
from scoring.models import DecisionPolicy
from scoring.selectors.policies import active_policy
from scoring.selectors.registry import version_numbered
from scoring.services.policies import PolicyDraft, activate_policy, create_policy

# What a new policy takes from the active one where nothing else is said.
INHERITED = (
    "costs",
    "audit_rates",
    "audit_budget",
    "review_capacity",
    "review_minutes",
    "timeout_action",
    "fallback_outcome",
    "over_capacity_outcome",
    "explanation_hidden_share",
    "score_hidden_share",
)

REFUSED = (
    invalid("review_threshold", "invalid", "A valid number is required."),
    Told(
        400,
        "invalid_policy",
        "the review threshold must not lie above the block threshold",
        "review_threshold",
        "thresholds_cross",
    ),
    Told(
        400,
        "invalid_policy",
        "together at most 0.5 of the first looks may hide something",
        "score_hidden_share",
        "too_much_hidden",
    ),
    Told(
        400,
        "invalid_policy",
        "the audit budget block must be above 0 and at most 100,000",
        "audit_budget.block",
        "invalid",
    ),
    Told(400, "reason_too_short", "Say why, in at least 20 characters."),
    Told(400, "person_required", "A policy is activated by a person, not by a machine."),
    Told(404, "unknown_version", "There is no model version 15."),
    Told(409, "policy_of_another_version", "Policy 9 belongs to v13, which is not in production."),
)


class Policies(APIView):
    """Policies are made and activated, never edited."""

    required_scopes = {"GET": "models", "POST": "models"}
    allowed_roles = {"GET": (ADMIN, MANAGER, LEAD), "POST": (ADMIN,)}

    @extend_schema(
        operation_id="list_policies",
        summary="Policies, newest first",
        description="Every policy that was ever made; one of them is active.",
        responses={200: PoliciesShape, **errors()},
        examples=[answered("policies", {"results": [examples.POLICY]})],
        tags=["models"],
    )
    def get(self, request: Request) -> Response:
        active = active_policy()
        policies = DecisionPolicy.objects.select_related("model_version").order_by("-number")
        return Response({"results": [_shown(policy, active) for policy in policies]})

    @extend_schema(
        operation_id="create_policy",
        summary="Make a policy",
        description=(
            "It decides once its version is promoted with it, or at once with `activate_because`"
            " where its version decides already. What is not said is taken from the active policy."
        ),
        request=PolicyBody,
        responses={201: PolicyShape, **errors(*BODY, *REFUSED)},
        examples=[
            sent("at once", examples.NEW_POLICY),
            answered("policy", examples.POLICY, 201),
        ],
        tags=["models"],
    )
    def post(self, request: Request) -> Response:
        fields = checked(PolicyBody, request.data)
        reason = fields.pop("activate_because", "")
        with transaction.atomic():
            policy = create_policy(
                draft=_draft(fields), by=responsible_person(request), now=timezone.now()
            )
            if reason:
                _activate(policy, reason, request)
        return Response(_shown(policy, active_policy()), status=201)


def _draft(fields: dict[str, Any]) -> PolicyDraft:
    active = active_policy()
    number = fields.pop("model_version")
    version = None if number is None else version_numbered(number)
    inherited = {name: getattr(active, name) for name in INHERITED}
    return PolicyDraft(model_version=version, **(inherited | fields))


def _activate(policy: DecisionPolicy, reason: str, request: Request) -> None:
    activate_policy(
        policy=policy, by=responsible_person(request), reason=reason, now=timezone.now()
    )


def _shown(policy: DecisionPolicy, active: DecisionPolicy) -> dict[str, object]:
    return {
        "number": policy.number,
        "active": policy == active,
        "model_version": policy.model_version.number if policy.model_version else None,
        "review_threshold": policy.review_threshold,
        "block_threshold": policy.block_threshold,
        "rule": policy.rule,
        **{name: getattr(policy, name) for name in INHERITED},
        "audit_minutes_a_day": policy.audit_minutes_a_day,
        "audit_cost_a_day": policy.audit_cost_a_day,
        "created_at": policy.created_at,
    }
