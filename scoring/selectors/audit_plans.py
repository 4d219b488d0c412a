"""The newest audit plan of a policy, and plans as values of the domain."""

from functools import lru_cache

from django.db import connection

from scoring.domain.audits import PlannedAudits
from scoring.models import AuditPlan, DecisionPolicy


def newest_audit_plan(policy: DecisionPolicy) -> AuditPlan | None:
    """Return the plan that audits are drawn by under this policy; None where its rates hold."""
    return AuditPlan.objects.filter(policy=policy).order_by("-pk").first()


def planned_audits(plan_id: int | None) -> PlannedAudits | None:
    """Return a plan as a value; plans never change, so a process reads each only once."""
    if plan_id is None:
        return None
    return _planned_audits(str(connection.settings_dict["NAME"]), plan_id)


@lru_cache(maxsize=16)
def _planned_audits(database: str, plan_id: int) -> PlannedAudits:
    # A process may look into several databases (tests do), which number alike.
    return AuditPlan.objects.get(pk=plan_id).planned
