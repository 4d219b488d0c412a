"""Once a night the budget of audits is spent anew on what came in lately."""

from datetime import UTC, datetime

from monitoring.selectors.audits import lately
from monitoring.services.rollups import roll_up
from scoring.models import AuditPlan, DecisionPolicy
from scoring.selectors.audit_plans import newest_audit_plan
from scoring.selectors.policies import active_policy
from scoring.services.audit_plans import store_audit_plan
from scoring.services.locking import advisory_lock


def solve_tonight(*, now: datetime) -> AuditPlan | None:
    """Solve and store the plan of the active policy, once a day of UTC, and return it.

    A policy that has just begun to decide gets its first plan at once. None where there is
    nothing to do: no budget, solved today, nothing came in yet, or another process is at it.
    """
    with advisory_lock("monitoring.solve_audits") as acquired:
        return _solve(active_policy(), now) if acquired else None


def _solve(policy: DecisionPolicy, now: datetime) -> AuditPlan | None:
    newest = newest_audit_plan(policy)
    is_fresh = newest is not None and newest.solved_at >= _midnight(now)
    if not policy.audit_budget or is_fresh:
        return None
    roll_up(now=now)
    intake = lately(now=now)
    return store_audit_plan(policy=policy, intake=intake, now=now) if intake.loads else None


def _midnight(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
