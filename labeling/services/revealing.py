"""A second thought after the reveal: recorded next to the first verdict, never over it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from labeling.domain import lifecycle
from labeling.domain.lifecycle import Judgement, TaskKind
from labeling.models import ReasonCode, ReviewCase, ReviewItem, ReviewTask, Verdict
from labeling.services.consequences import add_labels, dispose_by_verdicts
from labeling.services.events import log
from labeling.services.leases import lock_task
from labeling.services.locking import lock_case_of, lock_checks_beside
from labeling.services.second_reviews import (
    draw_second_reviews,
    open_adjudications,
    that_dispose,
)
from scoring.domain.errors import InvalidTransition

WINDOW = timedelta(minutes=10)
PRESENTATION = "revealed"


@transaction.atomic
def change_verdict(
    *, task_id: int, reviewer: User, judgement: Judgement, now: datetime
) -> list[Verdict]:
    """Add what the reviewer says of a blind task now that score and outcome are known.

    Possible once, within ten minutes of the blind verdict; the same again changes nothing. The
    labels follow the second thought; a payment that waits for another pair of eyes keeps waiting.
    Raises InvalidTransition, InvalidRecord, NotFound.
    """
    case = lock_case_of(task_id)
    # A second thought may need the check of its payment, whose reviewer may have one as well.
    lock_checks_beside(case)
    task = lock_task(task_id)
    if known := _repeated(task, reviewer.pk, judgement):
        return known
    if not may_change(task, reviewer_id=reviewer.pk, now=now):
        raise InvalidTransition("too_late", "This verdict can no longer be changed.")
    reasons = {reason.code: reason for reason in ReasonCode.objects.filter(retired_at=None)}
    lifecycle.check_judgement(judgement, frozenset(reasons))
    changed = Verdict.objects.bulk_create(
        _second_thought(first, judgement, reasons.get(judgement.reason_code), now)
        for first in _first_thoughts(task)
    )
    add_labels(changed, TaskKind(task.kind), now)
    settled = [v for v in changed if v.item.resolution == ReviewItem.Resolution.VERDICT]
    dispose_by_verdicts(that_dispose(settled, now=now), chosen="", now=now)
    if case.kind == ReviewCase.Kind.CHECK:
        open_adjudications(case, changed, now=now)
    draw_second_reviews(changed, now=now)
    log(
        task.case_id,
        "verdict_changed",
        now=now,
        actor_id=reviewer.pk,
        task=task.pk,
        verdicts=[verdict.pk for verdict in changed],
    )
    return changed


def may_change(task: ReviewTask, *, reviewer_id: int | None, now: datetime) -> bool:
    """Whether this reviewer judged the task blind a short while ago, and not again since."""
    return (
        task.blind
        and task.status == ReviewTask.Status.DONE
        and task.done_by_id == reviewer_id
        and task.done_at is not None
        and now - task.done_at <= WINDOW
        and not task.verdicts.exclude(supersedes=None).exists()
    )


def _repeated(task: ReviewTask, reviewer_id: int, judgement: Judgement) -> list[Verdict]:
    """The second thoughts that this very call has recorded before; none where it says another."""
    if task.done_by_id != reviewer_id:
        return []
    thoughts = task.verdicts.exclude(supersedes=None).select_related("supersedes", "reason_code")
    told = list(thoughts.order_by("item_id"))
    return told if all(_says(thought, judgement) for thought in told) else []


def _says(thought: Verdict, judgement: Judgement) -> bool:
    first = thought.supersedes
    reason = thought.reason_code.code if thought.reason_code else ""
    told = (thought.value, reason, thought.note, thought.verification)
    known_by = judgement.verification or (_standing(first, judgement) if first else "")
    return told == (judgement.value.value, judgement.reason_code, judgement.note, known_by)


def _first_thoughts(task: ReviewTask) -> Sequence[Verdict]:
    return list(
        task.verdicts.select_related("label", "item__transaction__decision").order_by("item_id")
    )


def _standing(first: Verdict, judgement: Judgement) -> str:
    same = judgement.value.value == first.value
    return first.verification if same else lifecycle.BY_LOOKING


def _second_thought(
    first: Verdict, judgement: Judgement, reason: ReasonCode | None, now: datetime
) -> Verdict:
    return Verdict(
        item=first.item,
        task_id=first.task_id,
        reviewer_id=first.reviewer_id,
        value=judgement.value.value,
        reason_code=reason,
        note=judgement.note,
        # What was verified stays so only for the answer that it was verified for.
        verification=judgement.verification or _standing(first, judgement),
        blind=False,
        presentation=PRESENTATION,
        claimed_at=first.claimed_at,
        given_at=now,
        supersedes=first,
    )
