"""A case that cannot be judged before its customer answers leaves the queue, not its deadline."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, Min, OuterRef

from labeling.domain import lifecycle
from labeling.domain.deadlines import resumes_at
from labeling.domain.lifecycle import TaskKind, TaskStatus
from labeling.models import ReviewCase, ReviewTask
from labeling.services.events import log
from labeling.services.leases import lock_held
from labeling.services.locking import lock_case, lock_case_of
from scoring.domain.errors import FieldError, InvalidRecord, InvalidTransition

QUESTION_LENGTH = 500
BATCH = 200


@transaction.atomic
def wait_for_customer(
    *, task_id: int, token: int, reviewer: User, question: str, now: datetime
) -> ReviewTask:
    """Set the task aside until its customer has answered, and return it.

    The lease ends, nobody is served the task, its deadline goes on. It comes back by
    `resume_case`, or by itself at `resume_at`. Raises NotFound, LeaseLost, InvalidRecord without
    a question, InvalidTransition (`nobody_to_ask`) for practice.
    """
    question = _checked(question)
    case = lock_case_of(task_id)
    task = lock_held(task_id=task_id, token=token, reviewer=reviewer, now=now)
    if task.kind == TaskKind.PRACTICE:
        raise InvalidTransition("nobody_to_ask", "A practice case has no customer to ask.")
    lifecycle.check_step(TaskStatus(task.status), TaskStatus.WAITING)
    held = task.items.filter(resolution="", kind=ReviewCase.Kind.REVIEW)
    task.resume_at = resumes_at(now=now, disposed_at=held.aggregate(first=Min("due_at"))["first"])
    task.status = ReviewTask.Status.WAITING
    task.leased_by = task.leased_until = task.claimed_at = None
    task.token += 1
    task.save()
    case.status = ReviewCase.Status.WAITING_CUSTOMER
    case.save(update_fields=["status"])
    log(
        case.pk,
        "waiting_customer",
        now=now,
        actor_id=reviewer.pk,
        task=task.pk,
        question=question,
        until=task.resume_at.isoformat(),
    )
    return task


@transaction.atomic
def resume_case(
    *, case_id: int, now: datetime, reason: str, actor: User | None = None
) -> list[ReviewTask]:
    """Put the waiting tasks of a case back into the queue and return them.

    `reason` says what ended the wait, and `actor` is empty where the server did. Raises NotFound,
    InvalidTransition (`not_waiting`).
    """
    case = lock_case(case_id)
    tasks = list(
        case.tasks.select_for_update(no_key=True)
        .filter(status=ReviewTask.Status.WAITING)
        .order_by("pk")
    )
    if not tasks:
        raise InvalidTransition("not_waiting", "This case does not wait for its customer.")
    for task in tasks:
        lifecycle.check_step(TaskStatus(task.status), TaskStatus.OPEN)
        task.status = ReviewTask.Status.OPEN
        task.resume_at = None
        task.token += 1
    ReviewTask.objects.bulk_update(tasks, ["status", "resume_at", "token"])
    end_waits([case.pk])
    log(
        case.pk,
        "resumed",
        now=now,
        actor_id=actor.pk if actor else None,
        tasks=[task.pk for task in tasks],
        reason=reason,
    )
    return tasks


def resume_overdue(*, now: datetime, limit: int = BATCH) -> int:
    """Put cases back into the queue whose customers did not answer in time; return how many."""
    overdue = (
        ReviewTask.objects.filter(status=ReviewTask.Status.WAITING, resume_at__lte=now)
        .order_by("resume_at")
        .values_list("case_id", flat=True)[:limit]
    )
    return sum(_resume_unanswered(case_id, now) for case_id in set(overdue))


def end_waits(case_ids: Collection[int]) -> None:
    """Open those of the locked cases again in which no task waits for the customer any more."""
    waiting = ReviewTask.objects.filter(case_id=OuterRef("pk"), status=ReviewTask.Status.WAITING)
    ReviewCase.objects.filter(
        ~Exists(waiting), pk__in=case_ids, status=ReviewCase.Status.WAITING_CUSTOMER
    ).update(status=ReviewCase.Status.OPEN)


def _resume_unanswered(case_id: int, now: datetime) -> bool:
    try:
        resume_case(case_id=case_id, now=now, reason="The customer did not answer in time.")
    except InvalidTransition:
        # Somebody answered, or the payment ended, between looking and locking.
        return False
    return True


def _checked(question: str) -> str:
    question = question.strip()
    if not question or "\0" in question:
        sentence = "Say what the customer should be asked."
        raise InvalidRecord([FieldError("question", "required", sentence)], sentence)
    if len(question) > QUESTION_LENGTH:
        sentence = f"At most {QUESTION_LENGTH} characters."
        raise InvalidRecord([FieldError("question", "too_long", sentence)], sentence)
    return question
