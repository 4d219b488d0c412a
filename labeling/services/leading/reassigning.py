"""A lead takes a case from somebody's hands, or puts it into them."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Q

from labeling.domain.authority import is_within
from labeling.domain.lifecycle import LEASE, TaskStatus
from labeling.models import DeskAction, ReviewTask, TaskSkip, Verdict
from labeling.people import name_of
from labeling.selectors.reviewers import authority_of
from labeling.services.events import log
from labeling.services.leading.actions import checked_reason, record_action
from labeling.services.leases import expire_leases, lock_task
from labeling.services.locking import lock_case_of
from scoring.access import ANALYST, LEAD, has_role
from scoring.domain.errors import Conflict, FieldError, InvalidRecord, InvalidTransition

MOVABLE = (TaskStatus.OPEN, TaskStatus.LEASED)


def reassign_task(
    *,
    task_id: int,
    reason: str,
    actor: User,
    now: datetime,
    target: User | None = None,
) -> ReviewTask:
    """Take a task from its holder and return it: to `target` for ten minutes, or to the queue.

    A new token refuses whatever the holder still sends, and they are not served it again. Raises
    NotFound, InvalidRecord, InvalidTransition (`not_in_queue`, `not_held`), Conflict where the
    target may not have it or holds something else.
    """
    reason = checked_reason(reason)
    expire_leases(now=now)
    try:
        with transaction.atomic():
            return _reassign(task_id, reason, actor, now, target)
    except IntegrityError:
        # The target claimed another task in this very moment.
        raise Conflict("holds_another", "They have just taken another case.") from None


def _reassign(
    task_id: int, reason: str, actor: User, now: datetime, target: User | None
) -> ReviewTask:
    lock_case_of(task_id)
    task = lock_task(task_id)
    holder = task.leased_by
    _check_task(task, target)
    if target:
        _check_target(task, target)
    if holder and holder != target:
        TaskSkip.objects.get_or_create(
            task=task, reviewer=holder, defaults={"reason": reason, "skipped_at": now}
        )
    _hand_over(task, target, now)
    _record(task, holder, target, reason, actor, now)
    return task


def _check_task(task: ReviewTask, target: User | None) -> None:
    if task.status not in MOVABLE:
        raise InvalidTransition("not_in_queue", "This case neither waits in the queue nor is held.")
    if task.leased_by is None and target is None:
        raise InvalidTransition("not_held", "Nobody holds this case. Say who should have it.")
    if task.leased_by is not None and task.leased_by == target:
        raise Conflict("holds_it", f"{name_of(target)} holds it already.")


def _check_target(task: ReviewTask, target: User) -> None:
    name = name_of(target)
    if not target.is_active or not has_role(target, ANALYST, LEAD):
        sentence = f"{name} does not review."
        raise InvalidRecord([FieldError("target", "invalid", sentence)], sentence)
    if task.lane == ReviewTask.Lane.ESCALATED and not has_role(target, LEAD):
        raise Conflict("for_leads", "It was escalated: only a lead may have it.")
    away = Q(task=task) | Q(escalated=True, task__case=task.case_id)
    if TaskSkip.objects.filter(away, reviewer=target).exists():
        raise Conflict("given_away", f"{name} gave this case away, or it was taken from them.")
    payments = task.items.filter(resolution="").values("transaction_id")
    if Verdict.objects.filter(item__transaction_id__in=payments, reviewer=target).exists():
        raise Conflict("judged_before", f"{name} has judged one of these payments already.")
    if not is_within(authority_of(target), task.at_stake):
        raise Conflict("above_authority", f"More is at stake than {name} decides alone.")
    if target.leased_tasks.filter(status=ReviewTask.Status.LEASED).exists():
        raise Conflict("holds_another", f"{name} holds another case.")


def _hand_over(task: ReviewTask, target: User | None, now: datetime) -> None:
    task.status = ReviewTask.Status.LEASED if target else ReviewTask.Status.OPEN
    task.leased_by = target
    task.leased_until = now + LEASE if target else None
    task.claimed_at = now if target else None
    task.token += 1
    task.save()


def _record(
    task: ReviewTask,
    holder: User | None,
    target: User | None,
    reason: str,
    actor: User,
    now: datetime,
) -> None:
    log(
        task.case_id,
        "reassigned",
        now=now,
        actor_id=actor.pk,
        task=task.pk,
        reviewer=holder.pk if holder else None,
        to=target.pk if target else None,
        reason=reason,
    )
    if target:
        log(
            task.case_id,
            "claimed",
            now=now,
            actor_id=target.pk,
            task=task.pk,
            token=task.token,
            lane="assigned",
        )
    taken = f"Took case {task.case_id} from {name_of(holder)}" if holder else ""
    given = f"gave case {task.case_id} to {name_of(target)}" if target else ""
    parts = [taken, given.replace(f"case {task.case_id}", "it") if taken else given]
    sentence = " and ".join(part for part in parts if part)
    record_action(
        DeskAction.Kind.REASSIGN,
        actor=actor,
        sentence=f"{sentence[:1].upper()}{sentence[1:]}.",
        reason=reason,
        now=now,
        task=task.pk,
        case=task.case_id,
    )
