"""The page of audits: what they cost, what became of them, what another budget would buy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings

from monitoring.domain.audit_precision import ExpectedInterval, expected_fpr, expected_recall
from monitoring.selectors.audit_draws import Looks, StoredCheck, audit_looks, newest_sample_check
from monitoring.selectors.audits import lately
from monitoring.selectors.reports import newest_performance
from monitoring.selectors.rollups import window_counts
from scoring.domain import wording
from scoring.domain.audits import (
    SIDES,
    AuditBudget,
    StratumLoad,
    audit_budget_from_row,
    audit_cost,
    expected_audits,
    solve_audits,
)
from scoring.domain.policy import Costs, costs_from_row
from scoring.domain.routing import stratum_bands
from scoring.models import AuditPlan, DecisionPolicy
from scoring.selectors.audit_plans import newest_audit_plan
from scoring.selectors.policies import active_policy

DAYS = 28
HOUR = timedelta(hours=1)
FACTORS = (0.5, 1.0, 2.0, 4.0)
SIDE_TITLES = {"approve": "Approved", "block": "Blocked"}


@dataclass(frozen=True, slots=True)
class StratumRow:
    """One stratum: what comes in, how likely it is looked at, what became of the draws."""

    score: str
    amount: str
    load: StratumLoad | None
    propensity: float | None
    looks: Looks


@dataclass(frozen=True, slots=True)
class SideTable:
    """The strata of one outcome, and their looks together."""

    side: str
    title: str
    rows: Sequence[StratumRow]
    total: Looks
    payments_a_day: float


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """A budget, what it costs a day, and how wide the intervals of four weeks would be."""

    factor: float
    budget: AuditBudget
    looks_a_day: float
    minutes: float
    cost: Decimal
    fpr: ExpectedInterval
    recall: ExpectedInterval


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Everything the page shows; `stated` is None where the policy's rates hold.

    What comes in, and so what a budget buys, is as of `loads_at`; the draws are those until now.
    """

    policy: DecisionPolicy
    stated: AuditBudget | None
    plan: AuditPlan | None
    cost: Decimal | None
    loads_at: datetime
    tables: Sequence[SideTable]
    budgets: Sequence[BudgetRow]
    check: StoredCheck | None
    currency: str
    days: int = DAYS

    @property
    def drawn(self) -> int:
        """Draws of the window."""
        return sum(table.total.drawn for table in self.tables)

    @property
    def blocked(self) -> Looks:
        """What became of the blocked payments drawn."""
        return next(table.total for table in self.tables if table.side == "block")

    @property
    def opinion_share(self) -> float | None:
        """Of the blocked payments answered, the share on reviewers' opinions alone."""
        return self.blocked.opinion_alone / self.blocked.told if self.blocked.told else None


def audit_page(*, now: datetime) -> AuditPage:
    """Return the page for the active policy and the draws of the last four weeks."""
    policy = active_policy()
    stated, plan = audit_budget_from_row(policy.audit_budget), newest_audit_plan(policy)
    costs = costs_from_row(policy.costs)
    looks = audit_looks(start=now - timedelta(days=DAYS), end=now, opened_by=now - HOUR)
    loads, loads_at = (plan.loads, plan.solved_at) if plan else _lately(now)
    return AuditPage(
        policy=policy,
        stated=stated,
        plan=plan,
        cost=audit_cost(stated.minutes_a_day, costs) if stated else None,
        tables=[_table(side, loads, plan, looks) for side in SIDES],
        loads_at=loads_at,
        budgets=_budgets(stated or _as_drawn(looks, now), loads, costs) if loads else [],
        check=newest_sample_check(),
        currency=settings.FRAUDREVIEW_BASE_CURRENCY,
    )


def _lately(now: datetime) -> tuple[list[StratumLoad], datetime]:
    """What came in lately and when that was counted: by the newest report, else now."""
    report = newest_performance(days=DAYS, now=now)
    if report is None or "intake" not in report.body:
        return list(lately(now=now).loads), now
    return [StratumLoad(**load) for load in report.body["intake"]], report.created_at


def _as_drawn(looks: Sequence[Looks], now: datetime) -> AuditBudget:
    """The budget that the rates of the policy amounted to, at least one look a day on a side."""
    # A young installation has drawn for fewer days than the window has.
    first = window_counts(start=now - timedelta(days=DAYS), end=now).first or now
    days = max((now - first) / timedelta(days=1), 1.0)
    approve, block = (
        max(1.0, round(sum(row.drawn for row in looks if _side(row.stratum) == side) / days))
        for side in SIDES
    )
    return AuditBudget(approve, block)


def _budgets(
    budget: AuditBudget, loads: Sequence[StratumLoad], costs: Costs
) -> Sequence[BudgetRow]:
    return [_budget(factor, budget.times(factor), loads, costs) for factor in FACTORS]


def _budget(
    factor: float, budget: AuditBudget, loads: Sequence[StratumLoad], costs: Costs
) -> BudgetRow:
    planned = solve_audits(loads, budget)
    looks = expected_audits(loads, planned)
    minutes = budget.minutes(**looks)
    return BudgetRow(
        factor=factor,
        budget=budget,
        looks_a_day=sum(looks.values()),
        minutes=minutes,
        cost=audit_cost(minutes, costs),
        fpr=expected_fpr(loads, planned, days=DAYS),
        recall=expected_recall(loads, planned, days=DAYS),
    )


def _table(
    side: str, loads: Sequence[StratumLoad], plan: AuditPlan | None, looks: Sequence[Looks]
) -> SideTable:
    known = {load.stratum: load for load in loads if load.side == side}
    drawn = {row.stratum: row for row in looks if _side(row.stratum) == side}
    rows = [_row(name, known.get(name), plan, drawn.get(name)) for name in sorted(known | drawn)]
    return SideTable(
        side=side,
        title=SIDE_TITLES[side],
        rows=rows,
        total=_sum(list(drawn.values()), side),
        payments_a_day=sum(load.payments_a_day for load in known.values()),
    )


def _row(
    name: str, load: StratumLoad | None, plan: AuditPlan | None, looks: Looks | None
) -> StratumRow:
    score, amount = stratum_bands(name)
    return StratumRow(
        score="no score" if score is None else wording.share_band(*score),
        amount=wording.amount_band(*amount, settings.FRAUDREVIEW_BASE_CURRENCY),
        load=load,
        propensity=plan.planned.propensity(name) if plan else None,
        looks=looks or Looks(name),
    )


def _sum(rows: Sequence[Looks], side: str) -> Looks:
    return Looks(
        side,
        *(
            sum(getattr(row, part) for row in rows)
            for part in ("drawn", "told", "unsure", "waiting", "dropped", "opinion_alone")
        ),
    )


def _side(stratum: str) -> str:
    return stratum.partition(":")[0]
