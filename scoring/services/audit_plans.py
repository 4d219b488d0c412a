"""Audit plans: solved from what came in, stored, never edited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from scoring.domain.audits import (
    StratumLoad,
    audit_budget_from_row,
    audit_cost,
    expected_audits,
    solve_audits,
)
from scoring.domain.errors import Problem
from scoring.domain.policy import costs_from_row
from scoring.models import AuditPlan, DecisionPolicy


@dataclass(frozen=True, slots=True)
class Intake:
    """What came in between two moments, by stratum."""

    loads: Sequence[StratumLoad]
    start: datetime
    end: datetime


def store_audit_plan(*, policy: DecisionPolicy, intake: Intake, now: datetime) -> AuditPlan:
    """Solve the policy's budget for this intake and return the plan; batches draw by it from now.

    Raises `Problem` (`no_audit_budget`) for a policy that states none.
    """
    budget = audit_budget_from_row(policy.audit_budget)
    if budget is None:
        raise Problem("no_audit_budget", f"Policy {policy.number} states no budget of audits.")
    planned = solve_audits(intake.loads, budget)
    looks = expected_audits(intake.loads, planned)
    minutes = budget.minutes(**looks)
    return AuditPlan.objects.create(
        policy=policy,
        solved_at=now,
        window_start=intake.start,
        window_end=intake.end,
        strata={
            load.stratum: {
                "payments_a_day": load.payments_a_day,
                "fraud_share": load.fraud_share,
                "propensity": planned.propensities.get(load.stratum),
            }
            for load in intake.loads
        },
        unseen=dict(planned.unseen),
        audits_a_day=looks,
        minutes_a_day=minutes,
        cost_a_day=audit_cost(minutes, costs_from_row(policy.costs)),
    )
