"""One look at a task: what was said of it, checked, and what then becomes of its payments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Exists

from labeling.domain import lifecycle
from labeling.domain.authority import check_authority
from labeling.domain.lifecycle import NEXT_LOOK, Judgement, TaskKind, TaskStatus, VerdictValue
from labeling.models import Appeal, ReasonCode, ReviewCase, ReviewItem, ReviewTask, Verdict
from labeling.selectors.reviewers import authority_of
from labeling.services.closing import close_finished_cases
from labeling.services.consequences import add_labels, check_disposition, dispose_by_verdicts
from labeling.services.events import log
from labeling.services.linked import LinkedVerdict, apply_to_linked, check_linked
from labeling.services.rounds import open_round
from labeling.services.second_reviews import (
    draw_second_reviews,
    open_adjudications,
    that_dispose,
)
from scoring.domain.errors import FieldError, InvalidRecord

Judgements = Judgement | Mapping[int, Judgement]
Judged = Sequence[tuple[ReviewItem, Judgement]]


@dataclass(frozen=True, slots=True)
class Said:
    """What a reviewer says: one judgement for all payments of the claim, or one by item id."""

    judgements: Judgements
    disposition: str = ""
    active_seconds: float | None = None
    linked: LinkedVerdict | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """A locked case and task, what waits for it, and what was said of each payment.

    `reasons` has those that were given, by code.
    """

    case: ReviewCase
    task: ReviewTask
    reviewer: User
    waiting: Sequence[ReviewItem]
    judged: Judged
    reasons: Mapping[str, ReasonCode]


def checked_look(case: ReviewCase, task: ReviewTask, reviewer: User, said: Said) -> Look:
    """Return what was said of a locked task. Raises InvalidRecord, Forbidden."""
    check_authority(authority_of(reviewer), task.at_stake)
    waiting = waiting_items(task)
    reasons = {reason.code: reason for reason in ReasonCode.objects.filter(retired_at=None)}
    codes = frozenset(reasons)
    judged = _by_item(said.judgements, waiting, task, codes)
    if said.linked:
        check_linked(said.linked, blind=task.blind)
        lifecycle.check_judgement(said.linked.judgement, codes)
    has_judged, has_appealed = _own_part(task, reviewer, judged)
    lifecycle.check_four_eyes(has_judged)
    lifecycle.check_not_own_appeal(has_appealed)
    check_disposition(
        [(item, judgement.value) for item, judgement in judged],
        chosen=said.disposition,
        blind=task.blind,
    )
    return Look(case, task, reviewer, waiting, judged, reasons)


def commit_look(look: Look, said: Said, *, given_at: datetime, now: datetime) -> list[Verdict]:
    """Record the verdicts with all that follows, inside the caller's database transaction."""
    task = look.task
    verdicts = _add_verdicts(look, said.active_seconds, given_at)
    add_labels(verdicts, TaskKind(task.kind), now)
    dispose_by_verdicts(that_dispose(verdicts, now=now), chosen=said.disposition, now=now)
    _finish(look, verdicts, now)
    _open_next_looks(look, verdicts, now)
    if said.linked:
        apply_to_linked(task=task, reviewer=look.reviewer, linked=said.linked, now=now)
    close_finished_cases([look.case.pk], now=now)
    draw_second_reviews(verdicts, now=now)
    return verdicts


def waiting_items(task: ReviewTask) -> list[ReviewItem]:
    """The payments that wait for a task, with what their dispositions need."""
    return list(
        task.items.filter(resolution="").select_related("transaction__decision").order_by("pk")
    )


def claimed_at(task: ReviewTask) -> datetime:
    """When the lease of a held task began."""
    if task.claimed_at is None:
        raise ValueError(f"{task} is not held")
    return task.claimed_at


def _own_part(task: ReviewTask, reviewer: User, judged: Judged) -> tuple[bool, bool]:
    """Whether the reviewer judged one of these payments before, and whether it is their appeal."""
    payments = [item.transaction_id for item, _ in judged]
    earlier = Verdict.objects.filter(item__transaction_id__in=payments, reviewer=reviewer)
    appeal = Appeal.objects.filter(case_id=task.case_id, filed_by=reviewer)
    asked = ReviewTask.objects.annotate(judged=Exists(earlier), appealed=Exists(appeal))
    has_judged, has_appealed = asked.values_list("judged", "appealed").get(pk=task.pk)
    return has_judged, has_appealed


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


def _add_verdicts(look: Look, active_seconds: float | None, given_at: datetime) -> list[Verdict]:
    task = look.task
    return Verdict.objects.bulk_create(
        Verdict(
            item=item,
            task=task,
            reviewer=look.reviewer,
            value=judgement.value.value,
            reason_code=look.reasons.get(judgement.reason_code),
            note=judgement.note,
            verification=judgement.verification or lifecycle.BY_LOOKING,
            blind=task.blind,
            presentation=task.presentation,
            claimed_at=claimed_at(task),
            active_seconds=lifecycle.counted_seconds(active_seconds),
            given_at=given_at,
        )
        for item, judgement in look.judged
    )


def _finish(look: Look, verdicts: Sequence[Verdict], now: datetime) -> None:
    task = look.task
    lifecycle.check_step(TaskStatus(task.status), TaskStatus.DONE)
    task.status = ReviewTask.Status.DONE
    task.leased_by = task.leased_until = None
    task.done_by, task.done_at = look.reviewer, now
    task.save(update_fields=["status", "leased_by", "leased_until", "done_by", "done_at"])
    log(
        task.case_id,
        "verdict",
        now=now,
        actor_id=look.reviewer.pk,
        task=task.pk,
        verdicts=[verdict.pk for verdict in verdicts],
    )


def _open_next_looks(look: Look, verdicts: Sequence[Verdict], now: datetime) -> None:
    """Resolve what is decided; give the undecided another pair of eyes, the rest a new round."""
    case, waiting, kind = look.case, look.waiting, TaskKind(look.task.kind)
    values = {verdict.item_id: VerdictValue(verdict.value) for verdict in verdicts}
    next_look = NEXT_LOOK[kind]
    unsure = [item for item in waiting if values.get(item.pk) is VerdictValue.CANNOT_TELL]
    decided = [item for item in waiting if item.pk in values and item not in unsure]
    if case.kind == ReviewCase.Kind.CHECK:
        disputed = open_adjudications(case, verdicts, now=now)
        decided = [item for item in waiting if item.pk in values and item.pk not in disputed]
    elif next_look is None:
        # A held payment is left to its deadline; nothing else would end the wait of the others.
        decided += [item for item in unsure if item.kind != ReviewCase.Kind.REVIEW]
    elif unsure:
        open_round(case=case, kind=next_look, items=unsure, now=now)
    ReviewItem.objects.filter(pk__in=[item.pk for item in decided]).update(
        resolution=ReviewItem.Resolution.VERDICT, resolved_at=now
    )
    uncovered = [item for item in waiting if item.pk not in values]
    if uncovered:
        open_round(case=case, kind=kind, items=uncovered, now=now)
