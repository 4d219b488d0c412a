"""A case goes on although its customer has not answered."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from labeling.models import DeskAction, ReviewTask
from labeling.services.leading.actions import checked_reason, record_action
from labeling.services.waiting import resume_case


@transaction.atomic
def bring_back(*, case_id: int, reason: str, actor: User, now: datetime) -> list[ReviewTask]:
    """Put the waiting tasks of a case back into the queue and return them.

    Raises NotFound, InvalidRecord, InvalidTransition (`not_waiting`).
    """
    reason = checked_reason(reason)
    tasks = resume_case(case_id=case_id, now=now, reason=reason, actor=actor)
    record_action(
        DeskAction.Kind.RESUME,
        actor=actor,
        sentence=f"Case {case_id} no longer waits for its customer.",
        reason=reason,
        now=now,
        case=case_id,
    )
    return tasks
