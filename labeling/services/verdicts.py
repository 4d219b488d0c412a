"""What a reviewer said: verdicts, their labels, and what happens to the payments, in one step."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from labeling.domain import lifecycle
from labeling.domain.authority import check_authority
from labeling.domain.lifecycle import NEXT_LOOK, Judgement, TaskKind, TaskStatus, VerdictValue
from labeling.models import Appeal, ReasonCode, ReviewCase, ReviewItem, ReviewTask, Verdict
from labeling.selectors.reviewers import authority_of
from labeling.services.closing import close_finished_cases
from labeling.services.consequences import add_labels, dispose_by_verdicts
from labeling.services.events import log
from labeling.services.leases import lease_of, lock_task
from labeling.services.linked import LinkedVerdict, apply_to_linked, check_linked
from labeling.services.rounds import open_round
from scoring.domain.errors import FieldError, InvalidRecord, NotFound

Judgements = Judgement | Mapping[int, Judgement]


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
    same rows. `disposition` takes one of the possible ones instead of the obvious one. `linked`
    says the same of open payments of others, as far as it may: see `apply_to_linked`.

    Raises NotFound, LeaseLost, InvalidRecord, Forbidden.
    """
    case = _lock_case(task_id)
    task = lock_task(task_id)
    if _is_repeated(task, token, reviewer):
        return list(task.verdicts.filter(supersedes=None).order_by("item_id"))
    lifecycle.check_held(lease_of(task), reviewer_id=reviewer.pk, token=token, now=now)
    check_authority(authority_of(reviewer), task.at_stake)
    reasons = {reason.code: reason for reason in ReasonCode.objects.filter(retired_at=None)}
    waiting = _waiting_items(task)
    judged = _by_item(judgements, waiting, task, frozenset(reasons))
    if linked:
        check_linked(linked, blind=task.blind)
        lifecycle.check_judgement(linked.judgement, frozenset(reasons))
    verdicts = _add_verdicts(task, judged, reasons, reviewer, now, active_seconds)
    add_labels(verdicts, TaskKind(task.kind), now)
    dispose_by_verdicts(verdicts, chosen=disposition, blind=task.blind, now=now)
    _finish(task, reviewer, verdicts, now)
    _open_next_looks(case, task, waiting, verdicts, now)
    if linked:
        apply_to_linked(task=task, reviewer=reviewer, linked=linked, now=now)
    close_finished_cases([case.pk], now=now)
    return verdicts


def _lock_case(task_id: int) -> ReviewCase:
    """The case before its task, in the order in which new items lock them.

    Every lock here spares the key: foreign keys of events check the key at commit, and would
    otherwise wait in the other direction.
    """
    case = (
        ReviewCase.objects.select_for_update(no_key=True)
        .filter(pk__in=ReviewTask.objects.filter(pk=task_id).values("case_id"))
        .first()
    )
    if case is None:
        raise NotFound("unknown_task", "There is no such task.")
    return case


def _is_repeated(task: ReviewTask, token: int, reviewer: User) -> bool:
    return (
        task.status == ReviewTask.Status.DONE
        and task.token == token
        and task.done_by_id == reviewer.pk
    )


def _waiting_items(task: ReviewTask) -> list[ReviewItem]:
    return list(
        task.items.filter(resolution="").select_related("transaction__decision").order_by("pk")
    )


def _by_item(
    judgements: Judgements,
    waiting: Sequence[ReviewItem],
    task: ReviewTask,
    reasons: frozenset[str],
) -> list[tuple[ReviewItem, Judgement]]:
    """Each judged item with its judgement, checked. Raises InvalidRecord."""
    if isinstance(judgements, Judgement):
        lifecycle.check_judgement(judgements, reasons)
        return [(item, judgements) for item in waiting if item.added_at <= claimed_at(task)]
    for judgement in judgements.values():
        lifecycle.check_judgement(judgement, reasons)
    judged = [(item, judgements[item.pk]) for item in waiting if item.pk in judgements]
    if len(judged) < max(len(judgements), 1):
        sentence = "A verdict names payments that wait in this task, and at least one."
        raise InvalidRecord([FieldError("items", "unknown_item", sentence)], sentence)
    return judged


def claimed_at(task: ReviewTask) -> datetime:
    """When the lease of a held task began."""
    if task.claimed_at is None:
        raise ValueError(f"{task} is not held")
    return task.claimed_at


def _add_verdicts(
    task: ReviewTask,
    judged: Sequence[tuple[ReviewItem, Judgement]],
    reasons: Mapping[str, ReasonCode],
    reviewer: User,
    now: datetime,
    active_seconds: float | None,
) -> list[Verdict]:
    payments = [item.transaction_id for item, _ in judged]
    earlier = Verdict.objects.filter(item__transaction_id__in=payments, reviewer=reviewer)
    lifecycle.check_four_eyes(earlier.exists())
    lifecycle.check_not_own_appeal(
        Appeal.objects.filter(case_id=task.case_id, filed_by=reviewer).exists()
    )
    return Verdict.objects.bulk_create(
        Verdict(
            item=item,
            task=task,
            reviewer=reviewer,
            value=judgement.value.value,
            reason_code=reasons.get(judgement.reason_code),
            note=judgement.note,
            blind=task.blind,
            presentation=task.presentation,
            claimed_at=claimed_at(task),
            active_seconds=lifecycle.counted_seconds(active_seconds),
            given_at=now,
        )
        for item, judgement in judged
    )


def _finish(task: ReviewTask, reviewer: User, verdicts: Sequence[Verdict], now: datetime) -> None:
    lifecycle.check_step(TaskStatus(task.status), TaskStatus.DONE)
    task.status = ReviewTask.Status.DONE
    task.leased_by = task.leased_until = None
    task.done_by, task.done_at = reviewer, now
    task.save()
    log(
        task.case_id,
        "verdict",
        now=now,
        actor_id=reviewer.pk,
        task=task.pk,
        verdicts=[verdict.pk for verdict in verdicts],
    )


def _open_next_looks(
    case: ReviewCase,
    task: ReviewTask,
    waiting: Sequence[ReviewItem],
    verdicts: Sequence[Verdict],
    now: datetime,
) -> None:
    """Resolve what is decided; give the undecided another pair of eyes, the rest a new round."""
    values = {verdict.item_id: VerdictValue(verdict.value) for verdict in verdicts}
    next_look = NEXT_LOOK[TaskKind(task.kind)]
    unsure = [item for item in waiting if values.get(item.pk) is VerdictValue.CANNOT_TELL]
    decided = [item for item in waiting if item.pk in values and item not in unsure]
    if next_look is None:
        # A held payment is left to its deadline; nothing else would end the wait of the others.
        decided += [item for item in unsure if item.kind != ReviewCase.Kind.REVIEW]
    elif unsure:
        open_round(case=case, kind=next_look, items=unsure, now=now)
    ReviewItem.objects.filter(pk__in=[item.pk for item in decided]).update(
        resolution=ReviewItem.Resolution.VERDICT, resolved_at=now
    )
    uncovered = [item for item in waiting if item.pk not in values]
    if uncovered:
        open_round(case=case, kind=TaskKind(task.kind), items=uncovered, now=now)
