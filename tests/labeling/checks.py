"""Verdicts that are checked, for tests of second reviews and of what reviewers see of them."""

from datetime import datetime
from typing import Any

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.models import ReviewTask

JUDGEMENTS = {
    "fraud": Judgement(VerdictValue.FRAUD, "stolen_card", "Smells of marmalade"),
    "legitimate": Judgement(VerdictValue.LEGITIMATE),
    "cannot_tell": Judgement(VerdictValue.CANNOT_TELL),
}


def judge(reviewer: Any, value: str, *, now: datetime, **measured: Any) -> ReviewTask:
    """The reviewer claims the next task and says this of everything in it."""
    services.open_cases(now=now)
    task = services.claim_task(reviewer=reviewer, now=now)
    assert task is not None
    services.record_verdict(
        task_id=task.pk,
        token=task.token,
        reviewer=reviewer,
        judgements=JUDGEMENTS[value],
        now=now,
        **measured,
    )
    return ReviewTask.objects.get(pk=task.pk)
