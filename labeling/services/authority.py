"""A case that grows beyond what its holder decides alone goes to the leads."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import F

from labeling.domain.sentences import why_escalated
from labeling.models import ReviewTask, TaskSkip
from labeling.services.events import log
from scoring.access import LEAD

REASON = "More is at stake now than its reviewer decides alone."


def escalate_beyond_authority(task_ids: Collection[int], *, now: datetime) -> int:
    """Take those of the locked tasks from their holders that have grown too large for them.

    Leads have no limit. The holder is told by the lost lease; a new token refuses what they still
    send. Returns how many went to the leads.
    """
    tasks = list(
        ReviewTask.objects.filter(
            pk__in=task_ids,
            status=ReviewTask.Status.LEASED,
            leased_by__reviewer__authority__lt=F("at_stake"),
        ).exclude(leased_by__groups__name=LEAD)
    )
    for task in tasks:
        _escalate(task, now)
    return len(tasks)


def _escalate(task: ReviewTask, now: datetime) -> None:
    holder_id = task.leased_by_id
    assert holder_id is not None
    TaskSkip.objects.get_or_create(
        task=task,
        reviewer_id=holder_id,
        defaults={"reason": REASON, "escalated": True, "skipped_at": now},
    )
    task.status, task.lane = ReviewTask.Status.OPEN, ReviewTask.Lane.ESCALATED
    task.why = task.why if task.blind else why_escalated(REASON)
    task.leased_by = task.leased_until = task.claimed_at = None
    task.token += 1
    task.save()
    log(task.case_id, "beyond_authority", now=now, task=task.pk, reviewer=holder_id, reason=REASON)
