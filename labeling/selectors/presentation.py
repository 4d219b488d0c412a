"""What of a case its reader is shown, where that was drawn by lot."""

from datetime import datetime

from labeling.domain.presentation import Arm
from labeling.models import ReviewItem, ReviewTask
from labeling.selectors.blindness import REVIEWER_ROLES
from labeling.selectors.tasks import is_held
from scoring.access import Person, has_role

EXPLANATION_HIDDEN = Arm.EXPLANATION_HIDDEN.value


def explanation_kept_back(task: ReviewTask | None, *, reader: Person, now: datetime) -> bool:
    """Whether reasons, waterfall and similar cases wait until this reader has given a verdict."""
    return (
        task is not None
        and task.presentation == EXPLANATION_HIDDEN
        and is_held(task, reader=reader, now=now)
    )


def unexplained_to(reader: Person, transaction_id: int, *, now: datetime) -> bool:
    """Whether this reader holds a task about this payment that keeps its reasons back."""
    if not has_role(reader, *REVIEWER_ROLES):
        return False
    return ReviewItem.objects.filter(
        transaction_id=transaction_id,
        resolution="",
        task__presentation=EXPLANATION_HIDDEN,
        task__status=ReviewTask.Status.LEASED,
        task__leased_by_id=reader.pk,
        task__leased_until__gt=now,
    ).exists()
