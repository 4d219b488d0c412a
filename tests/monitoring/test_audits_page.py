"""The page of audits: their cost, what became of them, and what another budget would buy."""

from datetime import timedelta

import pytest
from django.utils import timezone

from labeling.domain.resolution import Claim
from labeling.services import open_cases
from labeling.services.labels import record_labels
from monitoring.selectors.audit_page import audit_page
from monitoring.services.audits import check_sample, solve_tonight
from monitoring.services.reports import run_report
from monitoring.services.rollups import roll_up
from scoring.domain.audits import AuditBudget
from scoring.models import DecisionPolicy
from tests.labeling.payments import decide, pay
from tests.models import activate_policy
from tests.monitoring.decided import Answers, add_decided

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PAGE = "/policies/audits/"


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def history(at):
    for days in range(2, 12):
        add_decided("approve", 60, at=at - days * DAY, band="s0:a1")
        add_decided("approve", 20, at=at - days * DAY, band="s4:a2", answers=Answers(legitimate=1))
        add_decided("review", 3, at=at - days * DAY, band="s6:a1")
        add_decided("block", 6, at=at - days * DAY, band="s9:a3", answers=Answers(fraud=2))


@pytest.fixture
def budgeted(at, history):
    budget = AuditBudget(12, 4).to_row()
    policy = activate_policy(now=at, model_version=None, audit_budget=budget)
    solve_tonight(now=at)
    check_sample(now=at)
    return policy


def text_of(client) -> str:
    body = client.get(PAGE).content.decode()
    return " ".join(body.replace("\N{NARROW NO-BREAK SPACE}", " ").split())


def test_the_page_says_what_the_budget_is_and_what_it_costs(budgeted, client_of, max_):
    text = text_of(client_of(max_))
    assert "pays for 12 looks a day at approved and 4 at blocked payments" in text
    # 12 looks of 4 minutes and 4 of 8, at 0.60 a minute.
    assert "€48" in text
    assert "80 minutes: 4 for an approved, 8 for a blocked payment." in text


def test_what_comes_in_is_told_by_the_newest_report_without_reading_labels_again(
    history, at, django_assert_max_num_queries
):
    roll_up(now=at)
    counted = audit_page(now=at)
    assert counted.loads_at == at
    run_report(kind="performance", now=at)
    later = at + timedelta(minutes=5)
    with django_assert_max_num_queries(7) as captured:
        told = audit_page(now=later)
    assert told.loads_at == at
    assert [table.payments_a_day for table in told.tables] == [
        table.payments_a_day for table in counted.tables
    ]
    assert told.budgets == counted.budgets
    assert not any("WITH answered" in query["sql"] for query in captured)


def test_the_page_says_what_became_of_the_draws(history, at):
    for _ in range(2):
        decide(pay(now=at - DAY), "approve", now=at - DAY, probability=0.02, audited=True)
    open_cases(now=at - DAY)
    approved, blocked = audit_page(now=at).tables
    waiting = {row.looks.stratum: row.looks for row in approved.rows}["approve:s6:a1"]
    assert (waiting.drawn, waiting.waiting, waiting.response_rate) == (2, 2, 0.0)
    answered = {row.looks.stratum: row.looks for row in blocked.rows}["block:s9:a3"]
    assert (answered.drawn, answered.told, answered.response_rate) == (20, 20, 1.0)


def test_an_answer_that_somebody_vouches_for_is_no_opinion_alone(at):
    ids = add_decided("block", 5, at=at - DAY, band="s9:a3", answers=Answers(fraud=3, legitimate=1))
    claims = [
        Claim(ids[0], "legitimate", "customer_confirmation", at),
        Claim(ids[1], "fraud", "verdict", at, verification="customer_contacted"),
    ]
    record_labels(claims=claims, now=at)
    page = audit_page(now=at)
    assert (page.blocked.told, page.blocked.opinion_alone) == (4, 2)
    assert page.opinion_share == 0.5


def test_each_budget_says_which_precision_it_buys(budgeted, at):
    rows = audit_page(now=at).budgets
    assert [row.factor for row in rows] == [0.5, 1, 2, 4]
    assert [row.looks_a_day for row in rows] == pytest.approx([8, 16, 30, 54], rel=0.02)
    assert rows[0].fpr.width > rows[1].fpr.width
    assert rows[1].recall.width > rows[2].recall.width > rows[3].recall.width


def test_the_owner_takes_a_budget_into_a_new_policy(budgeted, client_of, dana):
    owner = client_of(dana)
    assert "/policies/new/?audits_approve=24&amp;audits_block=8" in text_of(owner)
    form = owner.get("/policies/new/?audits_approve=24&audits_block=8").content.decode()
    assert 'name="audits_approve" value="24"' in form
    assert 'name="audits_block_minutes" value="8"' in form
    assert DecisionPolicy.objects.latest("number") == budgeted


def test_others_only_read(budgeted, client_of, lea, alice):
    assert "Take this" not in text_of(client_of(lea))
    assert client_of(alice).get(PAGE).status_code == 403


def test_without_a_budget_the_rates_are_told_and_a_budget_is_proposed(history, at, client_of, dana):
    roll_up(now=at)
    text = text_of(client_of(dana))
    assert "states no budget: its fixed shares are looked at" in text
    assert "As drawn lately" in text
    assert "State a budget" in text


def test_what_was_drawn_a_day_counts_only_days_of_which_there_are_decisions(at):
    for days in (1, 2, 3):
        add_decided("approve", 60, at=at - days * DAY, answers=Answers(legitimate=12))
        add_decided("block", 10, at=at - days * DAY, answers=Answers(fraud=4))
    roll_up(now=at)
    as_drawn = audit_page(now=at).budgets[1].budget
    assert (as_drawn.approve, as_drawn.block) == (12, 4)


def test_an_empty_installation_says_what_is_missing(client_of, max_):
    text = text_of(client_of(max_))
    assert "Nothing has come in yet" in text
    assert "Not checked yet" in text
    assert "None was blocked in 28 days." in text


def test_a_dropped_audit_is_said_on_the_page(budgeted, at, client_of, max_):
    text = text_of(client_of(max_))
    # Of the history nobody opened cases: every draw without an item is dropped.
    assert "30 drawn payments are with nobody" in text
    assert "Alarm." in text


def test_the_page_takes_few_queries(budgeted, client_of, max_, django_assert_max_num_queries):
    client = client_of(max_)
    client.get(PAGE)
    with django_assert_max_num_queries(9):
        client.get(PAGE)


def test_the_list_of_policies_leads_there(client_of, max_):
    assert f'href="{PAGE}"' in client_of(max_).get("/policies/").content.decode()
