"""A closed case is looked at again, by other eyes."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.domain.overriding import Override
from labeling.models import CaseEvent, DeskAction, Label, ReviewCase, ReviewItem, ReviewTask
from labeling.services.leading import dispose_in_bulk, reopen_case
from scoring.domain.errors import Conflict, InvalidRecord, InvalidTransition, NotFound
from scoring.models import Disposition, TransactionEvent
from tests.labeling.payments import draw_for_audit, hold

pytestmark = pytest.mark.django_db
REASON = "The customer called and was right."


def judge(reviewer, now, value=VerdictValue.LEGITIMATE, reason="") -> ReviewTask:
    task = services.claim_task(reviewer=reviewer, now=now)
    services.record_verdict(
        task_id=task.pk,
        token=task.token,
        reviewer=reviewer,
        judgements=Judgement(value, reason),
        now=now,
    )
    return task


@pytest.fixture
def closed(now, alice, bob) -> ReviewCase:
    """A case in which Alice said fraud; Bob has not seen it."""
    hold(now=now, customer_id="C1")
    services.open_cases(now=now)
    judge(alice, now, VerdictValue.FRAUD, "stolen_card")
    return ReviewCase.objects.get(status="closed")


def reopen(case, actor, now) -> list[ReviewTask]:
    return reopen_case(case_id=case.pk, reason=REASON, actor=actor, now=now)


def test_it_gets_a_blind_look_by_somebody_else(closed, now, alice, bob, lea) -> None:
    (task,) = reopen(closed, lea, now)
    closed.refresh_from_db()
    assert (closed.status, closed.closed_at) == ("open", None)
    assert (task.kind, task.blind, task.round) == ("second", True, 2)
    assert services.claim_task(reviewer=alice, now=now) is None
    assert services.claim_task(reviewer=bob, now=now).pk == task.pk


def test_whoever_reopens_knows_too_much_to_judge(closed, now, lea) -> None:
    reopen(closed, lea, now)
    assert services.claim_task(reviewer=lea, now=now) is None


def test_the_new_verdict_changes_what_happens_to_the_payment(closed, now, bob, lea) -> None:
    reopen(closed, lea, now)
    judge(bob, now)
    actions = Disposition.objects.order_by("pk").values_list("action", "cause")
    assert list(actions) == [("decline", "verdict"), ("release", "verdict")]
    assert Label.objects.latest("pk").source == "second_review"
    closed.refresh_from_db()
    assert closed.status == "closed"


def test_no_deadline_disposes_of_what_is_disposed_of(closed, now, lea) -> None:
    (task,) = reopen(closed, lea, now)
    task.refresh_from_db()
    assert task.due_at == now + timedelta(minutes=60)
    assert services.expire_deadlines(now=now + timedelta(days=30)) == 0
    assert Disposition.objects.count() == 1


def test_a_third_opinion_is_another_leads(closed, now, bob, lea) -> None:
    reopen(closed, lea, now)
    judge(bob, now)
    with pytest.raises(InvalidTransition):
        reopen(closed, lea, now)
    User.objects.create_user("leo").groups.add(Group.objects.get(name="lead"))
    (task,) = reopen(closed, lea, now)
    assert (task.kind, task.lane, task.blind) == ("adjudication", "escalated", True)


def test_what_nobody_judged_gets_a_first_look(now, bob, lea) -> None:
    hold(now=now)
    services.open_cases(now=now)
    services.expire_deadlines(now=now + timedelta(hours=1))
    later = now + timedelta(hours=2)
    (task,) = reopen(ReviewCase.objects.get(), lea, later)
    assert (task.kind, task.blind) == ("first", False)
    assert services.claim_task(reviewer=bob, now=later).pk == task.pk


def test_an_override_is_undone_by_it(now, lea, bob) -> None:
    hold(now=now)
    services.open_cases(now=now)
    item = ReviewItem.objects.get()
    dispose_in_bulk(
        item_ids=[item.pk], override=Override.DECLINE, reason=REASON, actor=lea, now=now
    )
    reopen(ReviewCase.objects.get(), lea, now)
    judge(bob, now)
    assert Disposition.objects.latest("pk").action == "release"


def test_an_audit_stays_blind(now, alice, bob, lea) -> None:
    draw_for_audit("block", now=now)
    services.open_cases(now=now)
    judge(alice, now)
    (task,) = reopen(ReviewCase.objects.get(), lea, now)
    task.refresh_from_db()
    assert (task.kind, task.blind) == ("second", True) and task.due_at is not None


def test_who_and_why_is_kept(closed, now, lea) -> None:
    reopen(closed, lea, now)
    event = CaseEvent.objects.get(type="reopened")
    assert (event.actor, event.data["reason"]) == (lea, REASON)
    assert DeskAction.objects.get().sentence == f"Reopened case {closed.pk} with 1 payment."


def test_newer_payments_of_the_customer_are_one_case_with_nothing_else(closed, now, lea) -> None:
    hold(now=now, customer_id="C1")
    services.open_cases(now=now)
    with pytest.raises(Conflict) as refused:
        reopen(closed, lea, now)
    assert refused.value.code == "another_case_open"


def test_what_ended_by_itself_stays_ended(closed, now, lea) -> None:
    payment = closed.items.get().transaction
    TransactionEvent.objects.create(
        transaction=payment, type="refunded", occurred_at=now, received_at=now
    )
    with pytest.raises(InvalidTransition) as refused:
        reopen(closed, lea, now)
    assert refused.value.code == "nothing_to_reopen"


def test_an_open_case_and_an_unknown_one_are_told(now, lea) -> None:
    hold(now=now)
    services.open_cases(now=now)
    with pytest.raises(InvalidTransition):
        reopen(ReviewCase.objects.get(), lea, now)
    with pytest.raises(NotFound):
        reopen_case(case_id=999_999, reason=REASON, actor=lea, now=now)


def test_it_needs_a_reason(closed, now, lea) -> None:
    with pytest.raises(InvalidRecord):
        reopen_case(case_id=closed.pk, reason="", actor=lea, now=now)
    closed.refresh_from_db()
    assert closed.status == "closed"


def test_a_case_that_nobody_may_judge_stays_closed(closed, now, bob, lea) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)
    with pytest.raises(InvalidTransition) as refused:
        reopen(closed, lea, now)
    assert refused.value.code == "nobody_left"
    closed.refresh_from_db()
    assert closed.status == "closed" and not DeskAction.objects.exists()
