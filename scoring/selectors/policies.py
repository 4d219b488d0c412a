"""Which policy decides now, and policies as values of the domain."""

from scoring.domain.errors import NotFound
from scoring.domain.policy import Policy, audit_rates_from_row, costs_from_row
from scoring.models import DecisionPolicy, PolicyActivation


def active_policy() -> DecisionPolicy:
    """Return the policy of the newest activation; a new installation has one without a model."""
    activation = PolicyActivation.objects.select_related(
        "policy__model_version__feature_set"
    ).latest("id")
    return activation.policy


def policy_numbered(number: int) -> DecisionPolicy:
    """Return a policy by its number; NotFound (`unknown_policy`) where there is none."""
    policy = DecisionPolicy.objects.select_related("model_version__feature_set").filter(
        number=number
    )
    if found := policy.first():
        return found
    raise NotFound("unknown_policy", f"There is no policy {number}.")


def policy_values(row: DecisionPolicy) -> Policy:
    """Return the policy as a value, its cost table and audit rates read strictly."""
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
