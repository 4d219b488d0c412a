"""What a reviewer said: verdicts, their labels, and what happens to the payments, in one step."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from labeling.domain import lifecycle
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.models import ReasonCode, ReviewTask, Verdict
from labeling.services.judging import Judgements, Said, checked_look, commit_look
from labeling.services.leases import lease_of, lock_task
from labeling.services.linked import LinkedVerdict
from labeling.services.locking import lock_case_of


@transaction.atomic
def record_verdict(
    *,
    task_id: int,
    token: int,
    reviewer: User,
    judgements: Judgements,
    now: datetime,
    disposition: str = "",
    active_seconds: float | None = None,
    linked: LinkedVerdict | None = None,
) -> list[Verdict]:
    """Record what a reviewer says of a task they hold and return the verdicts, once.

    One judgement counts for all payments that the claim showed; a mapping from item id to
    judgement says it for each, also for later arrivals that were on the page. What no verdict
    covers gets a new round. A repeated call with the same token changes nothing and returns the
    same rows; one that says something else is a Conflict. `disposition` takes one of the possible
    ones instead of the obvious one. `linked` says the same of open payments of others, as far as it
    may: see `apply_to_linked`.

    Raises NotFound, LeaseLost, Conflict, InvalidRecord, Forbidden.
    """
    case = lock_case_of(task_id)
    task = lock_task(task_id)
    if is_recorded(task, token=token, reviewer=reviewer):
        return repeated_verdicts(task, judgements)
    lifecycle.check_held(lease_of(task), reviewer_id=reviewer.pk, token=token, now=now)
    said = Said(judgements, disposition, active_seconds, linked)
    look = checked_look(case, task, reviewer, said)
    return commit_look(look, said, given_at=now, now=now)


def is_recorded(task: ReviewTask, *, token: int, reviewer: User) -> bool:
    """Whether this very call has been made before: the same lease of the same reviewer."""
    return (
        task.status == ReviewTask.Status.DONE
        and task.token == token
        and task.done_by_id == reviewer.pk
    )


def repeated_verdicts(task: ReviewTask, judgements: Judgements) -> list[Verdict]:
    """What a call that is made again has recorded. Raises Conflict where it says another thing."""
    verdicts = first_verdicts(task)
    codes = dict(ReasonCode.objects.values_list("pk", "code"))
    told = {
        verdict.item_id: Judgement(
            VerdictValue(verdict.value),
            codes.get(verdict.reason_code_id or 0, ""),
            verdict.note,
            verdict.verification,
        )
        for verdict in verdicts
    }
    lifecycle.check_repeats(judgements, told)
    return verdicts


def first_verdicts(task: ReviewTask) -> list[Verdict]:
    """The verdicts of a task before any second thought, by item."""
    return list(task.verdicts.filter(supersedes=None).order_by("item_id"))
