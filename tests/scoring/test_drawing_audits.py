"""Audits are drawn by the plan of the policy; a replay draws the same coins."""

import operator
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from scoring.domain.audits import AuditBudget, StratumLoad
from scoring.models import AuditPlan, Decision
from scoring.selectors.policies import active_policy
from scoring.services import score_pending
from scoring.services.audit_plans import Intake, store_audit_plan
from scoring.services.intake import accept_items
from tests.models import activate_policy, put_into_production

pytestmark = pytest.mark.django_db
AMOUNTS = ("12.00", "25.00", "40.00", "110.00", "500.00", "700.00", "2500.00", "15.00")


@pytest.fixture
def planned(now: datetime, model_storage: Any) -> AuditPlan:
    put_into_production(now=now, audit_budget=AuditBudget(300, 300).to_row())
    loads = [
        StratumLoad("approve:s5:a0", 1000, 0.1),
        StratumLoad("approve:s5:a1", 1000, 0.2),
        StratumLoad("block:s8:a3", 1000, 0.8),
    ]
    day = timedelta(days=1)
    return store_audit_plan(policy=active_policy(), intake=Intake(loads, now - day, now), now=now)


def take_in(count: int, now: datetime) -> None:
    records = [
        {
            "external_id": f"lot-{number}",
            "occurred_at": now.isoformat(),
            "amount": AMOUNTS[number % len(AMOUNTS)],
            "currency": "EUR",
            "customer_id": f"C{number}",
            "merchant_id": f"M{number % 50}",
        }
        for number in range(count)
    ]
    acceptance = accept_items(records, now=now)
    assert not acceptance.errors


def decisions() -> list[Decision]:
    return list(Decision.objects.order_by("transaction_id"))


def test_weights_of_what_was_drawn_add_up_to_each_stratum(planned: AuditPlan, now: datetime):
    take_in(4000, now)
    score_pending(clock=lambda: now)
    counts, weights, variances = Counter[str](), Counter[str](), Counter[str]()
    for decision in decisions():
        if decision.outcome == "review":
            continue
        counts[decision.stratum] += 1
        variances[decision.stratum] += 1 / decision.audit_propensity - 1
        if decision.audited:
            weights[decision.stratum] += 1 / decision.audit_propensity
    assert sum(counts.values()) >= 2000
    assert len(counts) >= 3
    for stratum, count in counts.items():
        assert abs(weights[stratum] - count) <= 4 * variances[stratum] ** 0.5 + 1e-6, stratum
    assert sum(weights.values()) == pytest.approx(sum(counts.values()), rel=0.15)


def test_a_decision_keeps_the_probability_that_it_was_drawn_by(planned: AuditPlan, now: datetime):
    take_in(50, now)
    score_pending(clock=lambda: now)
    for decision in decisions():
        wanted = (
            None if decision.outcome == "review" else planned.planned.propensity(decision.stratum)
        )
        assert decision.audit_propensity == (wanted or 0.0)
        assert decision.audited == (decision.audit_draw < decision.audit_propensity)


def test_a_batch_that_is_played_twice_draws_the_same_coins(planned: AuditPlan, now: datetime):
    take_in(300, now)
    runs = []
    for minutes in (0, 7):
        with transaction.atomic():
            score_pending(clock=partial(operator.add, now, timedelta(minutes=minutes)))
            runs.append([(d.pk, d.audit_draw, d.audit_propensity, d.audited) for d in decisions()])
            # As if the worker had been killed before its commit.
            transaction.set_rollback(True)
    assert runs[0] == runs[1]
    assert len({draw for _, draw, _, _ in runs[0]}) == 300
    assert any(audited for *_, audited in runs[0])


def test_a_plan_of_another_policy_draws_nothing(
    planned: AuditPlan, now: datetime, send: Callable[..., Any], decide_now: Callable[[], int]
):
    policy = activate_policy(now=now, model_version=active_policy().model_version)
    send(amount="500.00")
    decide_now()
    assert Decision.objects.get().audit_propensity == policy.audit_rates["block"]


def test_the_newest_plan_of_the_policy_draws(
    planned: AuditPlan, now: datetime, send: Callable[..., Any], decide_now: Callable[[], int]
):
    load = StratumLoad("block:s8:a3", 600, 0.9)
    store_audit_plan(policy=planned.policy, intake=Intake([load], now, now), now=now)
    send(amount="500.00")
    decide_now()
    assert Decision.objects.get().audit_propensity == pytest.approx(0.5)


def test_a_plan_costs_a_batch_no_query(
    production_model: Any, now: datetime, send: Callable[..., Any], decide_now: Callable[[], int]
):
    def queries_for(name: str) -> int:
        send(name, amount="150.00")
        with CaptureQueriesContext(connection) as queries:
            decide_now()
        return len(queries)

    queries_for("warm")
    without = queries_for("without")
    activate_policy(
        now=now,
        model_version=active_policy().model_version,
        audit_budget=AuditBudget(50, 10).to_row(),
    )
    load = StratumLoad("block:s8:a3", 600, 0.9)
    store_audit_plan(policy=active_policy(), intake=Intake([load], now, now), now=now)
    queries_for("read once by the process")
    assert queries_for("with") == without
