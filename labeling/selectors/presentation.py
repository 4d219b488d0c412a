"""What of a case its reader is shown, where that was drawn by lot."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from labeling.domain.presentation import Arm
from labeling.models import PendingVerdict, ReviewItem, ReviewTask
from labeling.selectors.blindness import REVIEWER_ROLES
from labeling.selectors.tasks import is_held
from scoring.access import Person, has_role

EXPLANATION_HIDDEN = Arm.EXPLANATION_HIDDEN.value


def explanation_kept_back(task: ReviewTask | None, *, reader: Person, now: datetime) -> bool:
    """Whether reasons, waterfall and similar cases wait until this reader's verdict is final."""
    if task is None or task.presentation != EXPLANATION_HIDDEN:
        return False
    given = task.pending_verdicts.filter(reviewer_id=reader.pk, end="")
    return is_held(task, reader=reader, now=now) or given.exists()


def unexplained_to(reader: Person, transaction_id: int, *, now: datetime) -> bool:
    """Whether this reader holds a task about this payment that keeps its reasons back.

    A verdict that can still be undone counts as holding: reasons read now could change it.
    """
    if not has_role(reader, *REVIEWER_ROLES):
        return False
    held = Q(
        task__status=ReviewTask.Status.LEASED,
        task__leased_by_id=reader.pk,
        task__leased_until__gt=now,
    )
    given = Exists(
        PendingVerdict.objects.filter(task_id=OuterRef("task_id"), reviewer_id=reader.pk, end="")
    )
    return ReviewItem.objects.filter(
        held | given,
        transaction_id=transaction_id,
        resolution="",
        task__presentation=EXPLANATION_HIDDEN,
    ).exists()
