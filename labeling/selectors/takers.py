"""Who could still take a task: what a claim asks of a reviewer, asked the other way round."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet

from labeling.models import Reviewer, ReviewTask, TaskSkip, Verdict
from scoring.access import ANALYST, LEAD

PAYMENT = "item__transaction__review_items"


@dataclass(frozen=True, slots=True)
class _Task:
    """A task as a query knows it: by its values, or by those of the query around it."""

    pk: Any
    case_id: Any
    queue_id: Any
    at_stake: Any


def takers(task: ReviewTask, *, role: str, on_duty: bool = True) -> QuerySet[User]:
    """People of this role who have not skipped, escalated or judged what is in the task.

    Without `on_duty` also those who are off duty now. The queues of a reviewer and, but for leads,
    the authority count as in a claim.
    """
    known = _Task(task.pk, task.case_id, task.queue_id, task.at_stake)
    return _takers(known, role, on_duty)


def unwanted_tasks() -> QuerySet[ReviewTask]:
    """Open tasks that somebody skipped and that no analyst on duty may take; not the leads' own."""
    outer = _Task(*(OuterRef(OuterRef(name)) for name in ("pk", "case_id", "queue_id", "at_stake")))
    return (
        ReviewTask.objects.filter(
            Exists(TaskSkip.objects.filter(task_id=OuterRef("pk"))), status=ReviewTask.Status.OPEN
        )
        .exclude(lane=ReviewTask.Lane.ESCALATED)
        .exclude(Exists(_takers(outer, ANALYST, on_duty=True)))
    )


def _takers(task: _Task, role: str, on_duty: bool) -> QuerySet[User]:
    me = OuterRef("pk")
    unable = Q(on_duty=False) if on_duty else Q(pk__in=())
    if role != LEAD:
        unable |= Q(authority__lt=task.at_stake)
    skips = TaskSkip.objects.filter(reviewer_id=me)
    judged = Verdict.objects.filter(
        **{f"{PAYMENT}__task_id": task.pk, f"{PAYMENT}__resolution": ""}, reviewer_id=me
    )
    own_queues = Reviewer.queues.through.objects.filter(reviewer__user_id=me)
    return User.objects.filter(is_active=True, groups__name=role).exclude(
        Exists(Reviewer.objects.filter(unable, user_id=me))
        | Exists(skips.filter(task_id=task.pk))
        | Exists(skips.filter(escalated=True, task__case_id=task.case_id))
        | Exists(judged)
        | Exists(own_queues) & ~Exists(own_queues.filter(reviewqueue_id=task.queue_id))
    )
