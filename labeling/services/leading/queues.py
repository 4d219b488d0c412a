"""Queues that rest, and tasks that change their queue."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from labeling.models import CaseEvent, DeskAction, ReviewQueue, ReviewTask
from labeling.services.leading.actions import checked_reason, record_action
from labeling.services.leases import lock_task
from labeling.services.locking import lock_case_of
from labeling.services.rounds import refresh_tasks
from scoring.domain import wording
from scoring.domain.errors import InvalidTransition, NotFound

# More tasks are moved in several steps.
MOST = 2_000


@transaction.atomic
def pause_queue(*, queue_id: int, reason: str, actor: User, now: datetime) -> ReviewQueue:
    """Serve nothing of a queue until it is resumed; what is held stays held, deadlines go on.

    Raises NotFound, InvalidRecord, InvalidTransition (`paused_already`).
    """
    reason = checked_reason(reason)
    queue = _queue(queue_id, lock=True)
    if queue.paused_at:
        raise InvalidTransition("paused_already", f"{queue.title} is paused already.")
    queue.paused_at = now
    queue.save(update_fields=["paused_at"])
    _record_rest(DeskAction.Kind.PAUSE, f"Paused {queue.title}.", queue, reason, actor, now)
    return queue


@transaction.atomic
def unpause_queue(*, queue_id: int, reason: str, actor: User, now: datetime) -> ReviewQueue:
    """Serve a queue again. Raises NotFound, InvalidRecord, InvalidTransition (`not_paused`)."""
    reason = checked_reason(reason)
    queue = _queue(queue_id, lock=True)
    if queue.paused_at is None:
        raise InvalidTransition("not_paused", f"{queue.title} is not paused.")
    queue.paused_at = None
    queue.save(update_fields=["paused_at"])
    _record_rest(DeskAction.Kind.UNPAUSE, f"Resumed {queue.title}.", queue, reason, actor, now)
    return queue


@transaction.atomic
def move_task(
    *, task_id: int, target_id: int, reason: str, actor: User, now: datetime
) -> ReviewTask:
    """Put one task into another queue, where it stays whatever the queues' rules say.

    Its deadline follows the new queue. Raises NotFound, InvalidRecord, InvalidTransition. A blind
    task may be moved to where it is: to be told so would tell its queue, and that its outcome.
    """
    reason = checked_reason(reason)
    target = _queue(target_id)
    lock_case_of(task_id)
    task = lock_task(task_id)
    if task.status not in ReviewTask.UNDECIDED:
        raise InvalidTransition("not_open", "This task is decided already.")
    if task.queue_id == target.pk and not task.blind:
        raise InvalidTransition("there_already", f"It is in {target.title} already.")
    sentence = f"Moved case {task.case_id} to {target.title}."
    _move([task], target, sentence, reason, actor, now)
    task.refresh_from_db()
    return task


@transaction.atomic
def move_queue(*, queue_id: int, target_id: int, reason: str, actor: User, now: datetime) -> int:
    """Put what waits in one queue into another; return how many tasks, at most 2,000 at a time.

    What comes later is still sorted by the rules. Raises NotFound, InvalidRecord,
    InvalidTransition (`there_already`, `kept_back` for the queue of blocked audits, whose cases
    would each show the move).
    """
    reason = checked_reason(reason)
    queue, target = _queue(queue_id), _queue(target_id)
    if queue == target:
        raise InvalidTransition("there_already", f"They are in {target.title} already.")
    if queue.blocked_audits:
        raise InvalidTransition("kept_back", f"What waits in {queue.title} is kept back.")
    tasks = list(
        ReviewTask.objects.select_for_update(no_key=True)
        .filter(queue=queue, status__in=ReviewTask.UNDECIDED)
        .order_by("pk")[:MOST]
    )
    moved = wording.count(len(tasks), "case")
    sentence = f"Moved {moved} from {queue.title} to {target.title}."
    _move(tasks, target, sentence, reason, actor, now)
    return len(tasks)


def _move(
    tasks: Sequence[ReviewTask],
    target: ReviewQueue,
    sentence: str,
    reason: str,
    actor: User,
    now: datetime,
) -> None:
    ids = [task.pk for task in tasks]
    ReviewTask.objects.filter(pk__in=ids).update(queue=target, queue_by_lead=True)
    refresh_tasks(ids)
    CaseEvent.objects.bulk_create(
        CaseEvent(
            case_id=task.case_id,
            type="moved",
            actor=actor,
            occurred_at=now,
            data={"task": task.pk, "from": task.queue_id, "to": target.pk, "reason": reason},
        )
        for task in tasks
    )
    record_action(
        DeskAction.Kind.MOVE,
        actor=actor,
        sentence=sentence,
        reason=reason,
        now=now,
        tasks=ids,
        to=target.pk,
    )


def _record_rest(
    kind: DeskAction.Kind,
    sentence: str,
    queue: ReviewQueue,
    reason: str,
    actor: User,
    now: datetime,
) -> None:
    record_action(kind, actor=actor, sentence=sentence, reason=reason, now=now, queue=queue.pk)


def _queue(queue_id: int, *, lock: bool = False) -> ReviewQueue:
    queues = ReviewQueue.objects.filter(pk=queue_id)
    queue = (queues.select_for_update(no_key=True) if lock else queues).first()
    if queue is None:
        raise NotFound("unknown_queue", "There is no such queue.")
    return queue
