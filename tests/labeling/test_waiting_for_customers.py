"""A case that waits for its customer leaves the queue, but not its deadline."""

from datetime import timedelta

import pytest

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.models import CaseEvent, Label, ReviewCase, ReviewItem, ReviewTask
from scoring.domain.errors import InvalidRecord, InvalidTransition, LeaseLost, NotFound
from scoring.models import Disposition, TransactionEvent
from tests.labeling.payments import draw_for_audit, hold

pytestmark = pytest.mark.django_db
QUESTION = "Did you buy three laptops on Tuesday?"


@pytest.fixture
def task(now, alice):
    hold(now=now, customer_id="C1", amount="900", minutes=60)
    services.open_cases(now=now)
    return services.claim_task(reviewer=alice, now=now)


def ask(task, reviewer, now, question=QUESTION) -> ReviewTask:
    return services.wait_for_customer(
        task_id=task.pk, token=task.token, reviewer=reviewer, question=question, now=now
    )


def states() -> tuple[str, str]:
    return ReviewTask.objects.get().status, ReviewCase.objects.get().status


def test_it_leaves_the_queue_and_its_lease_ends(task, now, alice, bob) -> None:
    ask(task, alice, now)
    assert states() == ("waiting", "waiting_customer")
    assert services.claim_task(reviewer=alice, now=now) is None
    assert services.claim_task(reviewer=bob, now=now) is None
    with pytest.raises(LeaseLost):
        services.record_verdict(
            task_id=task.pk,
            token=task.token,
            reviewer=alice,
            judgements=Judgement(VerdictValue.LEGITIMATE),
            now=now,
        )


def test_question_and_end_of_the_wait_are_in_the_history(task, now, alice) -> None:
    waiting = ask(task, alice, now)
    event = CaseEvent.objects.get(type="waiting_customer")
    assert (event.actor, event.data["question"]) == (alice, QUESTION)
    assert event.data["until"] == waiting.resume_at.isoformat()


@pytest.mark.parametrize("question", ["", "  ", "x" * 501, "zero\0"])
def test_there_must_be_a_question(task, now, alice, question) -> None:
    with pytest.raises(InvalidRecord):
        ask(task, alice, now, question)
    assert states() == ("leased", "open")


def test_only_the_holder_sets_it_aside(task, now, bob) -> None:
    with pytest.raises(LeaseLost):
        ask(task, bob, now)


def test_an_answer_brings_it_back(task, now, alice, bob, sam) -> None:
    ask(task, alice, now)
    services.resume_case(case_id=task.case_id, now=now, reason="She did.", actor=sam)
    assert states() == ("open", "open")
    event = CaseEvent.objects.get(type="resumed")
    assert (event.actor, event.data["reason"]) == (sam, "She did.")
    assert services.claim_task(reviewer=bob, now=now).pk == task.pk


def test_a_case_that_does_not_wait_cannot_be_brought_back(task, now, sam) -> None:
    with pytest.raises(InvalidTransition) as refused:
        services.resume_case(case_id=task.case_id, now=now, reason="She did.", actor=sam)
    assert refused.value.code == "not_waiting"
    with pytest.raises(NotFound):
        services.resume_case(case_id=999_999, now=now, reason="She did.", actor=sam)


def test_it_comes_back_by_itself_at_half_of_the_time_that_is_left(task, now, alice) -> None:
    ask(task, alice, now + timedelta(minutes=8))
    assert services.resume_overdue(now=now + timedelta(minutes=33)) == 0
    assert services.resume_overdue(now=now + timedelta(minutes=34)) == 1
    assert states() == ("open", "open")
    assert services.resume_overdue(now=now + timedelta(minutes=35)) == 0


def test_it_comes_back_after_a_day_where_nothing_presses(now, alice) -> None:
    draw_for_audit("approve", now=now)
    services.open_cases(now=now)
    ask(services.claim_task(reviewer=alice, now=now), alice, now)
    assert services.resume_overdue(now=now + timedelta(hours=23)) == 0
    assert services.resume_overdue(now=now + timedelta(hours=24)) == 1


def test_the_deadline_goes_on_and_invents_no_verdict(task, now, alice) -> None:
    ask(task, alice, now)
    assert services.expire_deadlines(now=now + timedelta(minutes=60)) == 1
    assert states() == ("moot", "closed")
    assert Disposition.objects.get().cause == "timeout" and not Label.objects.exists()


def test_a_payment_that_ends_meanwhile_closes_it(task, now, alice) -> None:
    ask(task, alice, now)
    TransactionEvent.objects.create(
        transaction=task.headline, type="cancelled", occurred_at=now, received_at=now
    )
    assert services.close_moot(now=now) == 1
    assert states() == ("moot", "closed")
    assert services.resume_overdue(now=now + timedelta(days=2)) == 0


def test_new_payments_of_the_customer_do_not_wait_with_it(task, now, alice, bob) -> None:
    ask(task, alice, now)
    later = now + timedelta(minutes=1)
    hold(now=later, customer_id="C1", amount="30")
    services.open_cases(now=later)
    assert ReviewCase.objects.get().status == "waiting_customer"
    second = services.claim_task(reviewer=bob, now=later)
    assert (second.case_id, second.at_stake) == (task.case_id, 30)
    services.record_verdict(
        task_id=second.pk,
        token=second.token,
        reviewer=bob,
        judgements=Judgement(VerdictValue.LEGITIMATE),
        now=later,
    )
    assert ReviewItem.objects.filter(resolution="").get().task_id == task.pk
    assert ReviewCase.objects.get().status == "waiting_customer"


def test_a_blind_task_stays_hidden_while_it_waits(now, alice, bob) -> None:
    from labeling.selectors.blindness import may_see_opinion

    payment = draw_for_audit("block", now=now)
    services.open_cases(now=now)
    ask(services.claim_task(reviewer=alice, now=now), alice, now)
    assert not may_see_opinion(alice, payment.pk) and not may_see_opinion(bob, payment.pk)
