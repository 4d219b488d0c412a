"""Decision policies: made, never edited; and which one is active."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max

from scoring.domain.audits import audit_budget_from_row
from scoring.domain.errors import Conflict, FieldError, Problem
from scoring.domain.policy import (
    OUTCOMES,
    TIMEOUT_ACTIONS,
    InvalidPolicy,
    audit_rates_from_row,
    costs_from_row,
    hiding_faults,
    threshold_faults,
)
from scoring.models import DecisionPolicy, ModelVersion, PolicyActivation
from scoring.selectors.policies import active_policy
from scoring.services.registry.locking import lock_registry
from scoring.services.registry.stages import LEAST_REASON

MOST_REVIEWS = 1_000_000
LONGEST_HOLD_MINUTES = 60 * 24 * 30


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """What a new policy shall say; see `DecisionPolicy` for each field."""

    model_version: ModelVersion | None
    review_threshold: float | None
    block_threshold: float | None
    rule: str
    costs: Mapping[str, Any]
    audit_rates: Mapping[str, Any]
    review_capacity: int
    review_minutes: int
    timeout_action: str
    fallback_outcome: str
    over_capacity_outcome: str
    explanation_hidden_share: float = 0.0
    score_hidden_share: float = 0.0
    audit_budget: Mapping[str, Any] = field(default_factory=dict)

    def values(self) -> dict[str, Any]:
        """The fields of the row to be."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


def draft_for(model_version: ModelVersion, *, like: DecisionPolicy) -> PolicyDraft:
    """The thresholds that the evidence of a version recommends, everything else as in `like`."""
    advice = model_version.recommended_policy
    values = {each.name: getattr(like, each.name) for each in fields(PolicyDraft)}
    values |= {
        "model_version": model_version,
        "review_threshold": advice.get("review_threshold"),
        "block_threshold": advice.get("block_threshold"),
        "rule": advice.get("rule", ""),
    }
    return PolicyDraft(**values)


def create_policy(*, draft: PolicyDraft, by: User | None, now: datetime) -> DecisionPolicy:
    """Return a new policy; it decides nothing until it is activated.

    Raises `InvalidPolicy` with every fault of the draft, thresholds that cross included.
    """
    faults = _faults(draft)
    if faults:
        raise InvalidPolicy(faults)
    budget = audit_budget_from_row(draft.audit_budget)
    values = draft.values() | {
        "costs": costs_from_row(draft.costs).to_row(),
        "audit_budget": budget.to_row() if budget else {},
    }
    with transaction.atomic():
        lock_registry()
        newest: int | None = DecisionPolicy.objects.aggregate(newest=Max("number"))["newest"]
        return DecisionPolicy.objects.create(
            number=(newest or 0) + 1, created_at=now, created_by=by, **values
        )


def activate_policy(
    *, policy: DecisionPolicy, by: User | None, reason: str, now: datetime
) -> PolicyActivation:
    """Let a policy of the version in production decide from now on.

    Raises `Problem`: `person_required`; `reason_too_short`; `already_active`;
    `policy_of_another_version`, because a model changes only by a promotion or a roll-back.
    """
    if by is None:
        raise Problem("person_required", "A policy is activated by a person, not by a machine.")
    if len(reason.strip()) < LEAST_REASON:
        raise Problem("reason_too_short", f"Say why, in at least {LEAST_REASON} characters.")
    with transaction.atomic():
        lock_registry()
        present = active_policy()
        if present == policy:
            raise Conflict("already_active", f"Policy {policy.number} decides already.")
        if present.model_version_id != policy.model_version_id:
            raise Conflict(
                "policy_of_another_version",
                f"Policy {policy.number} belongs to {policy.model_version or 'no model'}, which is "
                "not in production: promote that version with it.",
            )
        return PolicyActivation.objects.create(
            policy=policy, activated_at=now, activated_by=by, reason=reason
        )


def _faults(draft: PolicyDraft) -> list[FieldError]:
    return [
        *threshold_faults(draft.review_threshold, draft.block_threshold),
        *hiding_faults(draft.explanation_hidden_share, draft.score_hidden_share),
        *_table_faults(draft),
        *_range_faults(draft),
        *_choice_faults(draft),
    ]


def _table_faults(draft: PolicyDraft) -> list[FieldError]:
    faults: list[FieldError] = []
    tables: Sequence[tuple[Callable[[Mapping[str, Any]], object], Mapping[str, Any]]] = (
        (costs_from_row, draft.costs),
        (audit_rates_from_row, draft.audit_rates),
        (audit_budget_from_row, draft.audit_budget),
    )
    for read, table in tables:
        try:
            read(table)
        except InvalidPolicy as invalid:
            faults += invalid.errors
    return faults


def _range_faults(draft: PolicyDraft) -> list[FieldError]:
    faults = []
    if len(draft.rule.strip()) < LEAST_REASON:
        message = f"say which rule chose the thresholds, in at least {LEAST_REASON} characters"
        faults.append(FieldError("rule", "too_short", message))
    if not 0 <= draft.review_capacity <= MOST_REVIEWS:
        message = f"the review capacity lies between 0 and {MOST_REVIEWS:,} a day"
        faults.append(FieldError("review_capacity", "invalid", message))
    if not 1 <= draft.review_minutes <= LONGEST_HOLD_MINUTES:
        message = "a held payment waits between 1 minute and 30 days"
        faults.append(FieldError("review_minutes", "invalid", message))
    return faults


def _choice_faults(draft: PolicyDraft) -> list[FieldError]:
    # Beyond the capacity nobody looks, so a review there would only wait for its timeout.
    choices = {
        "timeout_action": TIMEOUT_ACTIONS,
        "fallback_outcome": OUTCOMES,
        "over_capacity_outcome": ("approve", "block"),
    }
    return [
        FieldError(name, "invalid", f"{name} is one of {', '.join(allowed)}")
        for name, allowed in choices.items()
        if getattr(draft, name) not in allowed
    ]
