"""One verdict for linked open payments of others too: each gets a verdict row of its own."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from labeling.domain import lifecycle
from labeling.domain.lifecycle import Judgement, TaskKind, TaskStatus, VerdictValue
from labeling.domain.linking import LINKED, MOST
from labeling.models import ReasonCode, ReviewCase, ReviewItem, ReviewTask, Verdict
from labeling.selectors.linked import APPLIED, LinkedChoice, linked_choices
from labeling.services.closing import close_finished_cases
from labeling.services.consequences import add_labels, dispose_by_verdicts
from labeling.services.events import log
from labeling.services.rounds import open_round, refresh_tasks
from scoring.domain.errors import FieldError, InvalidRecord

NO_LONGER = "It is no longer open, or not linked."
BUSY = "A colleague has it."


@dataclass(frozen=True, slots=True)
class LinkedVerdict:
    """What a reviewer says of linked payments, by their external ids."""

    judgement: Judgement
    external_ids: Sequence[str]


def check_linked(linked: LinkedVerdict, *, blind: bool) -> None:
    """Raises InvalidRecord where a verdict may not reach beyond its own payments."""
    if blind:
        _refuse("blind_task", "A blind verdict is about its own payments only.")
    if linked.judgement.value is VerdictValue.CANNOT_TELL:
        _refuse("not_allowed", "Whoever cannot tell says so of payments one by one.")
    if len(linked.external_ids) > MOST:
        _refuse("too_many", f"At most {MOST} linked payments at a time.")


def apply_to_linked(
    *, task: ReviewTask, reviewer: User, linked: LinkedVerdict, now: datetime
) -> list[Verdict]:
    """Record the judgement for linked payments too, inside the caller's database transaction.

    The caller has locked the case of `task` and checked the judgement. What cannot be covered any
    more is left as it is, and named with the reason in the history of the case: the verdict on the
    task itself never fails for it. Labels made so have no propensity.
    """
    wanted = set(linked.external_ids)
    locked = _lock(task, wanted)
    choices = {c.payment.external_id: c for c in linked_choices(task, reader=reviewer)}
    refused = {id: _refused(choices.get(id), locked) for id in sorted(wanted)}
    covered = [choices[id] for id, why in refused.items() if not why]
    by_task: dict[int, list[ReviewItem]] = defaultdict(list)
    for choice in covered:
        by_task[choice.item.task_id or 0].append(choice.item)
    verdicts: list[Verdict] = []
    for task_id, items in sorted(by_task.items()):
        verdicts += _judge(locked[task_id], items, reviewer, linked.judgement, task, now)
    add_labels(verdicts, TaskKind.FIRST, now)
    dispose_by_verdicts(verdicts, chosen="", now=now)
    close_finished_cases({item.case_id for items in by_task.values() for item in items}, now=now)
    log(
        task.case_id,
        APPLIED,
        now=now,
        actor_id=reviewer.pk,
        task=task.pk,
        covered=[
            {"external_id": choice.payment.external_id, "verdict": linked.judgement.value.value}
            for choice in covered
        ],
        refused=[{"external_id": id, "why": why} for id, why in refused.items() if why],
    )
    return verdicts


def _lock(task: ReviewTask, external_ids: set[str]) -> dict[int, ReviewTask]:
    """Lock cases and tasks of linked payments, passing over what somebody else is writing.

    Two reviewers may each hold what the other one links to: nobody waits here, so nobody waits
    for ever.
    """
    items = ReviewItem.objects.filter(
        transaction__external_id__in=external_ids, kind=ReviewCase.Kind.REVIEW, resolution=""
    ).exclude(case_id=task.case_id)
    pairs = list(items.values_list("case_id", "task_id"))
    cases = ReviewCase.objects.select_for_update(skip_locked=True, no_key=True)
    free = {case.pk for case in cases.filter(pk__in=[pair[0] for pair in pairs]).order_by("pk")}
    tasks = (
        ReviewTask.objects.select_for_update(skip_locked=True, no_key=True)
        .filter(pk__in=[task_id for case_id, task_id in pairs if case_id in free])
        .order_by("pk")
    )
    return {row.pk: row for row in tasks}


def _refused(choice: LinkedChoice | None, locked: dict[int, ReviewTask]) -> str:
    if choice is None:
        return NO_LONGER
    return choice.refused or ("" if choice.item.task_id in locked else BUSY)


def _judge(
    of: ReviewTask,
    items: Sequence[ReviewItem],
    reviewer: User,
    judgement: Judgement,
    main: ReviewTask,
    now: datetime,
) -> list[Verdict]:
    """Take the task over and finish it; payments of it that are not linked keep waiting."""
    rest = of.items.filter(resolution="").exclude(pk__in=[item.pk for item in items]).exists()
    judged = of
    if rest:
        judged = open_round(case=items[0].case, kind=TaskKind.FIRST, items=items, now=now)
    reason = ReasonCode.objects.filter(code=judgement.reason_code).first()
    verdicts = Verdict.objects.bulk_create(
        Verdict(
            item=item,
            task=judged,
            reviewer=reviewer,
            value=judgement.value.value,
            reason_code=reason,
            note=judgement.note,
            blind=False,
            presentation=LINKED,
            claimed_at=main.claimed_at or now,
            given_at=now,
        )
        for item in items
    )
    ReviewItem.objects.filter(pk__in=[item.pk for item in items]).update(
        resolution=ReviewItem.Resolution.VERDICT, resolved_at=now
    )
    _finish(judged, reviewer, now)
    if rest:
        refresh_tasks([of.pk])
    log(
        judged.case_id,
        "verdict",
        now=now,
        actor_id=reviewer.pk,
        task=judged.pk,
        verdicts=[verdict.pk for verdict in verdicts],
        linked_from=main.case_id,
    )
    return verdicts


def _finish(task: ReviewTask, reviewer: User, now: datetime) -> None:
    # Claimed and decided in one step: both have to be allowed.
    lifecycle.check_step(TaskStatus(task.status), TaskStatus.LEASED)
    lifecycle.check_step(TaskStatus.LEASED, TaskStatus.DONE)
    task.status = ReviewTask.Status.DONE
    task.done_by, task.done_at = reviewer, now
    task.token += 1
    task.save()


def _refuse(code: str, sentence: str) -> None:
    raise InvalidRecord([FieldError("linked", code, sentence)], sentence)
