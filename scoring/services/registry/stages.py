"""Moving model versions between stages. Production changes as a pair: the model and its policy."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from scoring.domain.errors import Conflict, Problem
from scoring.domain.lifecycle import check_move
from scoring.models import DecisionPolicy, ModelVersion, PolicyActivation, Stage, StageChange
from scoring.selectors.registry import production_version, way_back
from scoring.services.registry.loading import load_estimator
from scoring.services.registry.locking import lock_registry
from scoring.services.webhooks.announcing import announce_stage_change

LEAST_REASON = 20
# Nothing scores in shadow or canary yet; a stage without effect would be a lie.
SERVED = {Stage.PRODUCTION, Stage.ARCHIVED, Stage.ROLLED_BACK}


def change_stage(
    *,
    model_version: ModelVersion,
    to_stage: str,
    by: User | None,
    reason: str,
    now: datetime,
    policy: DecisionPolicy | None = None,
) -> StageChange:
    """Move a version and return the change; production needs its `policy`.

    `by` is None for the machine, which may only retreat. Raises `Problem`: `reason_too_short`,
    `unknown_stage`, `stage_not_available`, `policy_required`, `policy_of_another_version`,
    `needs_successor`, and those of `promote`, `roll_back` and `lifecycle.check_move`.
    """
    if to_stage not in Stage.values:
        raise Problem("unknown_stage", f"There is no stage named {to_stage!r}.")
    if to_stage == Stage.PRODUCTION:
        if policy is None:
            raise Problem("policy_required", "Production switches a version with its policy.")
        _check_same(policy, model_version)
        return promote(policy=policy, by=by, reason=reason, now=now)
    if to_stage not in SERVED:
        raise Problem("stage_not_available", f"No payment would be scored in {to_stage} yet.")
    _check_reason(reason)
    with transaction.atomic():
        lock_registry()
        model_version.refresh_from_db()
        if model_version.stage == Stage.PRODUCTION:
            if to_stage == Stage.ROLLED_BACK:
                return roll_back(by=by, reason=reason, now=now)
            raise Conflict(
                "needs_successor",
                f"v{model_version.number} decides: promote another version, or roll it back.",
            )
        return _move(model_version, to_stage, by, reason, now)


def promote(*, policy: DecisionPolicy, by: User | None, reason: str, now: datetime) -> StageChange:
    """Make this policy and its version decide from now on; the one before is archived.

    Raises `Problem`: `reason_too_short`, `policy_without_model`, an altered or missing artefact,
    and those of `lifecycle.check_move`.
    """
    _check_reason(reason)
    version = policy.model_version
    if version is None:
        raise Problem("policy_without_model", f"Policy {policy.number} names no model version.")
    load_estimator(version)
    with transaction.atomic():
        lock_registry()
        version.refresh_from_db()
        check_move(version.stage, Stage.PRODUCTION, by_person=by is not None)
        current = production_version()
        if current is not None:
            replaced = f"Replaced by v{version.number}: {reason}"
            _move(current, Stage.ARCHIVED, by, replaced, now)
        return _decide_with(policy, version, by, reason, now)


def roll_back(*, by: User | None, reason: str, now: datetime) -> StageChange:
    """Return to the pair of policy and version that decided before, and poison the present one.

    Returns the change of the version that is rolled back. Raises `Problem`: `reason_too_short`,
    `nothing_to_roll_back`, `no_way_back`, an altered or missing artefact.
    """
    _check_reason(reason)
    with transaction.atomic():
        lock_registry()
        current, previous = production_version(), way_back()
        if current is None:
            raise Conflict("nothing_to_roll_back", "No model version is in production.")
        if previous is None:
            raise Conflict("no_way_back", "No earlier policy is left to go back to.")
        if previous.model_version is not None:
            load_estimator(previous.model_version)
        change = _move(current, Stage.ROLLED_BACK, by, reason, now)
        _return_to(previous, change, f"v{current.number} was rolled back: {reason}")
        return change


def _return_to(previous: DecisionPolicy, change: StageChange, reason: str) -> None:
    version, by, now = previous.model_version, change.changed_by, change.changed_at
    if version is None:
        _activate(previous, change, by, reason, now)
    else:
        _decide_with(previous, version, by, reason, now)


def _decide_with(
    policy: DecisionPolicy, version: ModelVersion, by: User | None, reason: str, now: datetime
) -> StageChange:
    change = _move(version, Stage.PRODUCTION, by, reason, now)
    _activate(policy, change, by, reason, now)
    return change


def _activate(
    policy: DecisionPolicy, change: StageChange, by: User | None, reason: str, now: datetime
) -> None:
    PolicyActivation.objects.create(
        policy=policy, stage_change=change, activated_at=now, activated_by=by, reason=reason
    )


def _move(
    version: ModelVersion, to_stage: str, by: User | None, reason: str, now: datetime
) -> StageChange:
    """Write the change and its cached projection; who may is the caller's question."""
    check_move(version.stage, to_stage, by_person=True)
    change = StageChange.objects.create(
        model_version=version,
        from_stage=version.stage,
        to_stage=to_stage,
        changed_at=now,
        changed_by=by,
        reason=reason,
    )
    version.stage = to_stage
    version.save(update_fields=["stage"])
    announce_stage_change(change)
    return change


def _check_same(policy: DecisionPolicy, version: ModelVersion) -> None:
    if policy.model_version != version:
        raise Conflict(
            "policy_of_another_version",
            f"Policy {policy.number} belongs to {policy.model_version or 'no model'}, "
            f"not to v{version.number}.",
        )


def _check_reason(reason: str) -> None:
    if len(reason.strip()) < LEAST_REASON:
        raise Problem(
            "reason_too_short", f"Say why, in at least {LEAST_REASON} characters: it is kept."
        )
