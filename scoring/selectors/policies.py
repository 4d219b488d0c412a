"""Which policy decides now, and policies as values of the domain."""

from functools import lru_cache

from django.db import connection
from django.db.models import QuerySet

from scoring.domain.errors import NotFound
from scoring.domain.policy import Policy, audit_rates_from_row, costs_from_row
from scoring.models import DecisionPolicy, PolicyActivation


def active_policy() -> DecisionPolicy:
    """Return the policy of the newest activation; a new installation has one without a model."""
    return _activations().latest("id").policy


def policy_of_activation(activation_id: int) -> DecisionPolicy:
    """Return the policy that an activation put into force.

    Activations, policies and what a version was trained on never change, so a process reads each
    only once; the version's `stage` may be outdated.
    """
    return _policy_of_activation(str(connection.settings_dict["NAME"]), activation_id)


def policy_numbered(number: int) -> DecisionPolicy:
    """Return a policy by its number; NotFound (`unknown_policy`) where there is none."""
    policy = DecisionPolicy.objects.select_related("model_version__feature_set").filter(
        number=number
    )
    if found := policy.first():
        return found
    raise NotFound("unknown_policy", f"There is no policy {number}.")


def policy_values(row: DecisionPolicy) -> Policy:
    """Return the policy as a value, its cost table and audit rates read strictly; once per row."""
    values: Policy | None = row.__dict__.get("_values")
    if values is None:
        values = row.__dict__["_values"] = _policy_values(row)
    return values


@lru_cache(maxsize=16)
def _policy_of_activation(database: str, activation_id: int) -> DecisionPolicy:
    # A process may look into several databases (tests do), which number alike.
    return _activations().get(pk=activation_id).policy


def _activations() -> QuerySet[PolicyActivation]:
    return PolicyActivation.objects.select_related("policy__model_version__feature_set")


def _policy_values(row: DecisionPolicy) -> Policy:
    return Policy(
        number=row.number,
        review_threshold=row.review_threshold,
        block_threshold=row.block_threshold,
        costs=costs_from_row(row.costs),
        audit_rates=audit_rates_from_row(row.audit_rates),
        review_capacity=row.review_capacity,
        review_minutes=row.review_minutes,
        timeout_action=row.timeout_action,
        fallback_outcome=row.fallback_outcome,
        over_capacity_outcome=row.over_capacity_outcome,
    )
