""" "Not me" never means "nobody": what every analyst on duty skipped goes before the leads."""

import pytest

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.models import CaseEvent, Reviewer, ReviewQueue, ReviewTask
from scoring.domain.errors import InvalidTransition
from tests.labeling.payments import draw_for_audit, hold

pytestmark = pytest.mark.django_db


def skip(reviewer, now) -> ReviewTask:
    task = services.claim_task(reviewer=reviewer, now=now)
    return services.skip_task(
        task_id=task.pk, token=task.token, reviewer=reviewer, reason="I know them", now=now
    )


@pytest.fixture
def waiting(now):
    hold(now=now)
    services.open_cases(now=now)


def test_a_task_that_a_colleague_can_take_stays_where_it_was(waiting, now, alice, bob) -> None:
    assert (skip(alice, now).lane, ReviewTask.objects.get().status) == ("value", "open")


def test_the_last_analyst_passes_it_on_to_the_leads(waiting, now, alice, bob, lea) -> None:
    skip(alice, now)
    task = skip(bob, now)
    assert (task.lane, task.why) == ("escalated", "Every analyst on duty has passed on this case.")
    assert CaseEvent.objects.filter(type="passed_on").count() == 1
    assert services.claim_task(reviewer=lea, now=now).pk == task.pk


def test_who_is_off_duty_is_nobody_to_wait_for(waiting, now, alice, bob) -> None:
    Reviewer.objects.create(user=bob, on_duty=False)
    assert skip(alice, now).lane == "escalated"


def test_who_may_not_decide_so_much_is_nobody_to_wait_for(waiting, now, alice, bob) -> None:
    Reviewer.objects.create(user=bob, authority=100)
    assert skip(alice, now).lane == "escalated"


def test_a_blind_task_does_not_say_that_it_was_passed_on(now, alice) -> None:
    draw_for_audit("block", now=now)
    services.open_cases(now=now)
    task = skip(alice, now)
    assert (task.lane, task.why) == ("escalated", "Selected for review.")


def test_a_lead_who_skipped_it_is_asked_again_when_nobody_else_is_left(
    waiting, now, alice, lea
) -> None:
    skip(lea, now)
    task = skip(alice, now)
    assert services.claim_task(reviewer=lea, now=now).pk == task.pk


def test_the_last_lead_cannot_skip(waiting, now, alice, lea) -> None:
    skip(alice, now)
    with pytest.raises(InvalidTransition) as refused:
        skip(lea, now)
    assert refused.value.code == "nobody_left"
    task = ReviewTask.objects.get()
    assert (task.status, task.leased_by) == ("leased", lea)


def test_the_sweep_passes_on_what_lost_its_last_analyst_to_the_end_of_a_shift(
    waiting, now, alice, bob, lea
) -> None:
    skip(alice, now)
    assert services.pass_on_unwanted(now=now) == 0
    Reviewer.objects.create(user=bob, on_duty=False)
    assert services.pass_on_unwanted(now=now) == 1
    assert ReviewTask.objects.get().lane == "escalated"
    assert services.claim_task(reviewer=lea, now=now) is not None
    assert services.pass_on_unwanted(now=now) == 0


def test_the_sweep_leaves_alone_what_nobody_skipped(waiting, now, alice) -> None:
    Reviewer.objects.create(user=alice, on_duty=False)
    assert services.pass_on_unwanted(now=now) == 0


@pytest.mark.parametrize(("queue", "passed_on"), [("general", 0), ("high-value", 1)])
def test_only_who_works_its_queue_is_waited_for(waiting, now, alice, bob, queue, passed_on) -> None:
    skip(alice, now)
    works = Reviewer.objects.create(user=bob)
    works.queues.set(ReviewQueue.objects.filter(name=queue))
    assert services.pass_on_unwanted(now=now) == passed_on


def test_who_judged_the_payment_before_is_not_waited_for(waiting, now, alice, bob) -> None:
    first = services.claim_task(reviewer=bob, now=now)
    services.record_verdict(
        task_id=first.pk,
        token=first.token,
        reviewer=bob,
        judgements=Judgement(VerdictValue.CANNOT_TELL),
        now=now,
    )
    assert skip(alice, now).lane == "escalated"


def test_an_escalated_task_says_why(waiting, now, alice, lea) -> None:
    task = services.claim_task(reviewer=alice, now=now)
    services.escalate_task(
        task_id=task.pk, token=task.token, reviewer=alice, reason="Beyond my limit", now=now
    )
    assert ReviewTask.objects.get().why == "Escalated: Beyond my limit."


def test_a_payment_that_joins_keeps_why_it_was_escalated(now, alice) -> None:
    hold(now=now, customer_id="victim")
    services.open_cases(now=now)
    task = services.claim_task(reviewer=alice, now=now)
    services.escalate_task(
        task_id=task.pk, token=task.token, reviewer=alice, reason="Two banks", now=now
    )
    hold(now=now, customer_id="victim")
    services.open_cases(now=now)
    task.refresh_from_db()
    assert (task.lane, task.why, task.items.count()) == ("escalated", "Escalated: Two banks.", 2)
