"""Undo: a verdict waits ten seconds before it counts, and it is the server that commits it."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from labeling.domain import lifecycle
from labeling.domain.lifecycle import LEASE, UNDO, Judgement, TaskStatus, VerdictValue
from labeling.models import PendingVerdict, ReasonCode, ReviewCase, ReviewTask, Verdict
from labeling.services.events import log
from labeling.services.judging import Look, Said, checked_look, commit_look, waiting_items
from labeling.services.leases import give_back, lease_of, lock_task
from labeling.services.locking import lock_case_of
from labeling.services.verdicts import is_recorded, repeated_verdicts
from scoring.domain.errors import InvalidTransition, LeaseLost, Problem

BATCH = 200


@dataclass(frozen=True, slots=True)
class Given:
    """What became of a verdict: recorded at once, or waiting to be."""

    task: ReviewTask
    verdicts: list[Verdict]
    pending: PendingVerdict | None = None


def give_verdict(
    *,
    task_id: int,
    token: int,
    reviewer: User,
    said: Said,
    now: datetime,
    undo_within: timedelta = UNDO,
) -> Given:
    """Take a verdict that can be taken back for a while, and return what became of it.

    It is checked now as if it counted now. An earlier one of the same reviewer is committed
    first: only the last verdict can be taken back. A blind verdict counts at once, because the
    page shows the rest after it; so does one that reaches linked payments, which were listed
    before and must not be served to anybody meanwhile, and one without a time to undo. A repeated
    call with the same token changes nothing, one that says something else is a Conflict. Raises
    NotFound, LeaseLost, Conflict, InvalidRecord, Forbidden.
    """
    for earlier in _pending(reviewer=reviewer, end="").exclude(task_id=task_id):
        commit_pending(pending_id=earlier.pk, now=now)
    return _give(task_id, token, reviewer, said, now, undo_within)


@transaction.atomic
def _give(
    task_id: int, token: int, reviewer: User, said: Said, now: datetime, undo_within: timedelta
) -> Given:
    case = lock_case_of(task_id)
    task = lock_task(task_id)
    if is_recorded(task, token=token, reviewer=reviewer):
        return Given(task, repeated_verdicts(task, said.judgements))
    if known := _pending(task=task, token=token, reviewer=reviewer, end="").first():
        lifecycle.check_repeats(said.judgements, _judgements(known))
        return Given(task, [], known)
    lifecycle.check_held(lease_of(task), reviewer_id=reviewer.pk, token=token, now=now)
    look = checked_look(case, task, reviewer, said)
    if task.blind or said.linked or not undo_within:
        return Given(task, commit_look(look, said, given_at=now, now=now))
    return Given(task, [], _set_aside(look, said, now, now + undo_within))


def _set_aside(look: Look, said: Said, now: datetime, commits_at: datetime) -> PendingVerdict:
    task = look.task
    lifecycle.check_step(TaskStatus(task.status), TaskStatus.PENDING)
    task.status = ReviewTask.Status.PENDING
    task.leased_by = task.leased_until = None
    task.save(update_fields=["status", "leased_by", "leased_until"])
    return PendingVerdict.objects.create(
        task=task,
        token=task.token,
        reviewer=look.reviewer,
        judgements={str(item.pk): asdict(judgement) for item, judgement in look.judged},
        disposition=said.disposition,
        active_seconds=lifecycle.counted_seconds(said.active_seconds),
        given_at=now,
        commits_at=commits_at,
    )


def commit_due(*, now: datetime, limit: int = BATCH) -> int:
    """Commit the verdicts whose time to undo is over; return how many."""
    due = _pending(end="", commits_at__lte=now).order_by("commits_at")[:limit]
    return sum(commit_pending(pending_id=pending.pk, now=now) for pending in due)


def commit_pending(*, pending_id: int, now: datetime) -> bool:
    """Commit one verdict that waits; False where somebody else did, or it was taken back.

    One that can no longer be recorded ends as refused: its task goes back to the queue, unless
    that has ended otherwise, and the case says why.
    """
    try:
        return _commit(pending_id, now)
    except Problem as problem:
        return _refuse(pending_id, problem, now)


@transaction.atomic
def _commit(pending_id: int, now: datetime) -> bool:
    pending, case, task = _lock(pending_id)
    if pending.end:
        return False
    judgements = _judgements(pending)
    waiting = waiting_items(task)
    judged = [(item, judgements[item.pk]) for item in waiting if item.pk in judgements]
    said = Said(judgements, pending.disposition, pending.active_seconds)
    codes = {judgement.reason_code for judgement in judgements.values()}
    reasons = {reason.code: reason for reason in ReasonCode.objects.filter(code__in=codes)}
    look = Look(case, task, pending.reviewer, waiting, judged, reasons)
    commit_look(look, said, given_at=pending.given_at, now=now)
    _end(pending, PendingVerdict.End.COMMITTED, now)
    return True


@transaction.atomic
def _refuse(pending_id: int, problem: Problem, now: datetime) -> bool:
    pending, _, task = _lock(pending_id)
    if pending.end:
        return False
    if task.status == ReviewTask.Status.PENDING:
        give_back(task)
    log(task.case_id, "verdict_refused", now=now, task=task.pk, why=problem.message)
    _end(pending, PendingVerdict.End.REFUSED, now)
    return True


def undo_verdict(*, task_id: int, token: int, reviewer: User, now: datetime) -> ReviewTask:
    """Take the last verdict back and return its task, held by the reviewer again.

    The task that came after it goes back to the queue. Raises NotFound, LeaseLost for another
    token, InvalidTransition: `too_late` once it is recorded, `holds_another` where another
    window of the same reviewer has just claimed a task. A repeated call changes nothing.
    """
    try:
        return _undo(task_id, token, reviewer, now)
    except IntegrityError:
        sentence = "Another window of yours has just opened a case. Try again."
        raise InvalidTransition("holds_another", sentence) from None


@transaction.atomic
def _undo(task_id: int, token: int, reviewer: User, now: datetime) -> ReviewTask:
    other = ReviewTask.objects.filter(leased_by=reviewer).exclude(pk=task_id).first()
    _lock_cases_of(task_id, other)
    task = lock_task(task_id)
    pending = _pending(task=task, reviewer=reviewer).order_by("-pk").first()
    if pending and pending.token != token:
        raise LeaseLost
    if pending and pending.end == PendingVerdict.End.UNDONE and _still_holds(task, pending, now):
        return task
    if pending is None or pending.end:
        raise InvalidTransition("too_late", "The verdict is recorded and can no longer be undone.")
    if other:
        _release(lock_task(other.pk), reviewer, now)
    lifecycle.check_step(TaskStatus(task.status), TaskStatus.LEASED)
    task.status = ReviewTask.Status.LEASED
    task.leased_by, task.leased_until = reviewer, now + LEASE
    task.token += 1
    task.save(update_fields=["status", "leased_by", "leased_until", "token"])
    log(task.case_id, "verdict_undone", now=now, actor_id=reviewer.pk, task=task.pk)
    _end(pending, PendingVerdict.End.UNDONE, now)
    return task


def _still_holds(task: ReviewTask, undone: PendingVerdict, now: datetime) -> bool:
    """Whether a verdict was taken back by this very call, made before."""
    lease = lease_of(task)
    try:
        lifecycle.check_held(lease, reviewer_id=undone.reviewer_id, token=undone.token + 1, now=now)
    except LeaseLost:
        return False
    return True


def _lock_cases_of(task_id: int, other: ReviewTask | None) -> None:
    """Both cases in the order of their numbers, so that two undoes never wait for each other."""
    tasks = [task_id, other.pk] if other else [task_id]
    cases = ReviewTask.objects.filter(pk__in=tasks).values("case_id")
    list(ReviewCase.objects.select_for_update(no_key=True).filter(pk__in=cases).order_by("pk"))


def _release(task: ReviewTask, reviewer: User, now: datetime) -> None:
    if task.leased_by_id == reviewer.pk:
        give_back(task)
        log(task.case_id, "released", now=now, actor_id=reviewer.pk, task=task.pk)


def _lock(pending_id: int) -> tuple[PendingVerdict, ReviewCase, ReviewTask]:
    task_id = PendingVerdict.objects.values_list("task_id", flat=True).get(pk=pending_id)
    case = lock_case_of(task_id)
    task = lock_task(task_id)
    # Whoever ends it holds these locks: what is read now stays.
    pending = PendingVerdict.objects.select_related("reviewer").get(pk=pending_id)
    return pending, case, task


def _pending(**conditions: Any) -> QuerySet[PendingVerdict]:
    return PendingVerdict.objects.filter(**conditions)


def _end(pending: PendingVerdict, end: PendingVerdict.End, now: datetime) -> None:
    pending.end, pending.ended_at = end, now
    pending.save(update_fields=["end", "ended_at"])


def _judgements(pending: PendingVerdict) -> dict[int, Judgement]:
    return {int(item_id): _judgement(row) for item_id, row in pending.judgements.items()}


def _judgement(row: dict[str, Any]) -> Judgement:
    # A row from before anybody was asked says nothing of how it was known.
    known_by = row.get("verification", "")
    return Judgement(VerdictValue(row["value"]), row["reason_code"], row["note"], known_by)
