"""Queues rest, and tasks change their queue, by a lead's word."""

from datetime import timedelta

import pytest

from labeling import services
from labeling.models import CaseEvent, DeskAction, ReviewQueue, ReviewTask
from labeling.services.leading import move_queue, move_task, pause_queue, unpause_queue
from scoring.domain.errors import InvalidRecord, InvalidTransition, NotFound
from tests.labeling.payments import hold

pytestmark = pytest.mark.django_db
REASON = "The specialists are in training."


@pytest.fixture
def general() -> ReviewQueue:
    return ReviewQueue.objects.get(name="general")


@pytest.fixture
def high() -> ReviewQueue:
    queue = ReviewQueue.objects.get(name="high-value")
    ReviewQueue.objects.filter(pk=queue.pk).update(sla_minutes=15)
    return queue


def test_nothing_of_a_paused_queue_is_served(now, alice, lea, general) -> None:
    hold(now=now)
    services.open_cases(now=now)
    pause_queue(queue_id=general.pk, reason=REASON, actor=lea, now=now)
    assert services.claim_task(reviewer=alice, now=now) is None
    unpause_queue(queue_id=general.pk, reason="They are back.", actor=lea, now=now)
    assert services.claim_task(reviewer=alice, now=now)
    kinds = DeskAction.objects.order_by("pk").values_list("kind", "reason")
    assert list(kinds) == [("pause", REASON), ("unpause", "They are back.")]


def test_the_deadline_goes_on_in_a_paused_queue(now, lea, general) -> None:
    hold(now=now, minutes=30)
    services.open_cases(now=now)
    pause_queue(queue_id=general.pk, reason=REASON, actor=lea, now=now)
    assert services.expire_deadlines(now=now + timedelta(minutes=30)) == 1


def test_what_is_so_already_is_told(now, lea, general) -> None:
    with pytest.raises(InvalidTransition):
        unpause_queue(queue_id=general.pk, reason=REASON, actor=lea, now=now)
    pause_queue(queue_id=general.pk, reason=REASON, actor=lea, now=now)
    with pytest.raises(InvalidTransition):
        pause_queue(queue_id=general.pk, reason=REASON, actor=lea, now=now)
    with pytest.raises(NotFound):
        pause_queue(queue_id=999_999, reason=REASON, actor=lea, now=now)
    with pytest.raises(InvalidRecord):
        unpause_queue(queue_id=general.pk, reason="", actor=lea, now=now)
    assert DeskAction.objects.count() == 1


def test_a_moved_task_takes_the_deadline_of_its_new_queue(now, lea, high) -> None:
    hold(now=now)
    services.open_cases(now=now)
    task = ReviewTask.objects.get()
    moved = move_task(task_id=task.pk, target_id=high.pk, reason=REASON, actor=lea, now=now)
    assert (moved.queue, moved.due_at) == (high, now + timedelta(minutes=15))
    event = CaseEvent.objects.get(type="moved")
    assert (event.data["from"], event.data["to"]) == (task.queue_id, high.pk)


def test_it_stays_there_when_new_payments_arrive(now, lea, high) -> None:
    hold(now=now, customer_id="C1")
    services.open_cases(now=now)
    task = ReviewTask.objects.get()
    move_task(task_id=task.pk, target_id=high.pk, reason=REASON, actor=lea, now=now)
    hold(now=now, customer_id="C1")
    services.open_cases(now=now)
    task.refresh_from_db()
    assert (task.queue, task.at_stake) == (high, 240)


def test_a_held_task_may_be_moved_and_stays_held(now, alice, lea, high) -> None:
    hold(now=now)
    services.open_cases(now=now)
    task = services.claim_task(reviewer=alice, now=now)
    moved = move_task(task_id=task.pk, target_id=high.pk, reason=REASON, actor=lea, now=now)
    assert (moved.leased_by, moved.token) == (alice, task.token)


def test_all_of_a_queue_is_moved_and_later_arrivals_are_not(now, lea, general, high) -> None:
    for _ in range(3):
        hold(now=now)
    services.open_cases(now=now)
    count = move_queue(queue_id=general.pk, target_id=high.pk, reason=REASON, actor=lea, now=now)
    assert count == 3
    assert DeskAction.objects.get().sentence == "Moved 3 cases from General to High value."
    hold(now=now)
    services.open_cases(now=now)
    assert ReviewTask.objects.latest("pk").queue == general


def test_a_queue_is_not_moved_into_itself(now, lea, general) -> None:
    with pytest.raises(InvalidTransition):
        move_queue(queue_id=general.pk, target_id=general.pk, reason=REASON, actor=lea, now=now)


def test_what_is_decided_is_not_moved(now, lea, high) -> None:
    hold(now=now)
    services.open_cases(now=now)
    services.expire_deadlines(now=now + timedelta(hours=2))
    with pytest.raises(InvalidTransition):
        move_task(
            task_id=ReviewTask.objects.get().pk,
            target_id=high.pk,
            reason=REASON,
            actor=lea,
            now=now,
        )
