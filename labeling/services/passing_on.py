""" "Not me" never means "nobody": what all analysts on duty skipped goes before the leads."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from labeling.domain import sentences
from labeling.models import ReviewTask
from labeling.selectors.takers import takers, unwanted_tasks
from labeling.services.events import log
from scoring.access import LEAD
from scoring.domain.errors import InvalidTransition

BATCH = 200


@transaction.atomic
def pass_on_unwanted(*, now: datetime, limit: int = BATCH) -> int:
    """Pass on what was skipped and has lost its last analyst since, by the end of a shift or a
    new limit of authority; return how many.
    """
    # What somebody is just claiming has found its analyst.
    wanted = unwanted_tasks().select_for_update(skip_locked=True, no_key=True, of=("self",))
    tasks = list(wanted.order_by("pk")[:limit])
    for task in tasks:
        pass_on(task, now=now)
        task.save(update_fields=["lane", "why"])
    return len(tasks)


def pass_on(task: ReviewTask, *, now: datetime, skipped_by: User | None = None) -> None:
    """Put a locked task before the leads, without saving it.

    Where all leads had skipped it while others were left, they are asked once more, but for
    whoever skips it just now.
    """
    task.lane = ReviewTask.Lane.ESCALATED
    task.why = task.why if task.blind else sentences.PASSED_ON
    if not takers(task, role=LEAD, on_duty=False).exists():
        theirs = task.skips.filter(reviewer__groups__name=LEAD, escalated=False)
        theirs.exclude(reviewer=skipped_by).delete()
    log(task.case_id, "passed_on", now=now, task=task.pk)


def check_a_lead_is_left(task: ReviewTask) -> None:
    """Raises InvalidTransition (`nobody_left`) where no lead could take it any more."""
    if not takers(task, role=LEAD, on_duty=False).exists():
        sentence = "Nobody else is left for this case. Decide it, release it, or escalate it."
        raise InvalidTransition("nobody_left", sentence)
