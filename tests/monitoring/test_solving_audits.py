"""Every night the budget of audits is spent anew on what came in lately."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import Error, connection, transaction

from monitoring.selectors.audits import lately
from monitoring.services.audits import solve_tonight
from monitoring.services.rollups import roll_up
from scoring.domain.audits import AuditBudget
from scoring.models import AuditPlan
from scoring.selectors.policies import active_policy
from tests.models import activate_policy
from tests.monitoring.decided import Answers, add_decided, answer

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def budgeted():
    return activate_policy(
        now=NOON,
        model_version=None,
        audit_budget=AuditBudget(5, 2, block_minutes=Decimal(10)).to_row(),
    )


def add_history():
    for days in range(1, 11):
        at = NOON - days * DAY
        add_decided("approve", 40, at=at, band="s0:a1")
        add_decided("approve", 10, at=at, band="s4:a1")
        add_decided("review", 5, at=at, band="s6:a1")
        add_decided("block", 4, at=at, band="s9:a2", answers=Answers(fraud=1))


def test_the_plan_rests_on_payments_a_day_and_spends_the_budget(budgeted):
    add_history()
    plan = solve_tonight(now=NOON)
    assert plan.policy == budgeted == active_policy()
    assert plan.strata["approve:s0:a1"]["payments_a_day"] == pytest.approx(40, rel=0.02)
    assert plan.audits_a_day == {"approve": pytest.approx(5), "block": pytest.approx(2)}
    assert plan.minutes_a_day == pytest.approx(5 * 4 + 2 * 10)
    assert plan.cost_a_day == Decimal("24.00")
    shares = plan.planned.propensities
    assert shares["approve:s4:a1"] > shares["approve:s0:a1"] > 0
    assert not any(name.startswith("review") for name in shares)
    assert plan.strata["review:s6:a1"]["propensity"] is None


def test_looks_count_toward_the_fraud_that_is_expected(budgeted):
    add_history()
    add_decided("approve", 30, at=NOON - DAY, band="s2:a1", answers=Answers(fraud=25))
    add_decided("approve", 30, at=NOON - DAY, band="s2:a2", answers=Answers(legitimate=25))
    strata = solve_tonight(now=NOON).strata
    assert strata["approve:s2:a1"]["fraud_share"] > 0.2 > strata["approve:s2:a2"]["fraud_share"]


def test_once_a_day_is_enough(budgeted):
    add_history()
    assert solve_tonight(now=NOON)
    assert solve_tonight(now=NOON + timedelta(hours=3)) is None
    assert solve_tonight(now=NOON + timedelta(hours=13))
    assert AuditPlan.objects.count() == 2


def test_a_policy_that_has_just_begun_gets_its_plan_at_once(budgeted):
    add_history()
    solve_tonight(now=NOON)
    other = activate_policy(now=NOON, model_version=None, audit_budget=AuditBudget(9, 3).to_row())
    assert solve_tonight(now=NOON + timedelta(hours=1)).policy == other


def test_without_a_budget_the_rates_of_the_policy_hold():
    add_history()
    assert solve_tonight(now=NOON) is None


def test_before_anything_came_in_there_is_nothing_to_solve(budgeted):
    assert solve_tonight(now=NOON) is None


def test_after_a_week_only_what_the_policy_decided_counts(budgeted):
    add_decided("approve", 500, at=NOON - 2 * DAY, band="s1:a1")
    for days in range(1, 9):
        add_decided("approve", 20, at=NOON + days * DAY, band="s3:a1")
    plan = solve_tonight(now=NOON + 9 * DAY)
    assert set(plan.strata) == {"approve:s3:a1"}


def test_a_plan_is_never_edited(budgeted):
    add_history()
    plan = solve_tonight(now=NOON)
    with pytest.raises(Error), transaction.atomic():
        AuditPlan.objects.filter(pk=plan.pk).update(minutes_a_day=0)
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE scoring_auditplan")


def test_claims_that_no_lot_led_to_do_not_look_like_frauds_in_a_look(budgeted):
    ids = add_decided("approve", 40, at=NOON - DAY, band="s0:a1", answers=Answers(legitimate=4))
    roll_up(now=NOON)
    before = lately(now=NOON)
    answer(ids[20:], Answers(fraud=9), at=NOON, propensity=None, source="chargeback")
    assert lately(now=NOON) == before
