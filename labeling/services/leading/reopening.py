"""A closed case is looked at again, by other eyes."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from labeling.domain.lifecycle import TaskKind
from labeling.models import DeskAction, ReviewCase, ReviewItem, ReviewTask, TaskSkip
from labeling.selectors.payment_states import PaymentState, payment_states
from labeling.selectors.takers import takers
from labeling.services.events import log
from labeling.services.leading.actions import checked_reason, record_action
from labeling.services.locking import lock_case
from labeling.services.rounds import open_round
from scoring.access import ANALYST, LEAD
from scoring.domain import wording
from scoring.domain.disposing import ENDED
from scoring.domain.errors import Conflict, InvalidTransition

# After a first opinion comes an independent one, after that a lead's.
FIRST_OPINIONS = frozenset({TaskKind.FIRST, TaskKind.AUDIT})


def reopen_case(*, case_id: int, reason: str, actor: User, now: datetime) -> list[ReviewTask]:
    """Open a closed case again and return its new tasks.

    Payments that were judged get a blind look by somebody who has not judged them, the others a
    first one; whoever reopens is served neither. What has ended by itself stays closed. Nothing
    is disposed of again before the new verdict, and no deadline disposes of what is disposed of.

    Raises NotFound, InvalidRecord, InvalidTransition (`not_closed`, `appeal_is_final`,
    `nothing_to_reopen`, `nobody_left`), Conflict (`another_case_open`).
    """
    reason = checked_reason(reason)
    try:
        with transaction.atomic():
            return _reopen(case_id, reason, actor, now)
    except IntegrityError:
        # New payments of the entity opened a case between looking and writing.
        raise _another_case(None) from None


def _reopen(case_id: int, reason: str, actor: User, now: datetime) -> list[ReviewTask]:
    case = lock_case(case_id)
    _check(case)
    items = list(
        case.items.exclude(resolution=ReviewItem.Resolution.MOOT)
        .select_related("transaction__decision")
        .prefetch_related("verdicts__task")
        .order_by("pk")
    )
    states = payment_states([item.transaction for item in items])
    items = [item for item in items if states[item.transaction_id].stage not in ENDED]
    if not items:
        raise InvalidTransition("nothing_to_reopen", "Its payments have ended by themselves.")
    for item in items:
        _open_item(item, states[item.transaction_id], now)
    ReviewItem.objects.bulk_update(items, ["resolution", "resolved_at", "due_at"])
    case.status, case.closed_at = ReviewCase.Status.OPEN, None
    case.save(update_fields=["status", "closed_at"])
    tasks = _open_rounds(case, items, now)
    TaskSkip.objects.bulk_create(
        TaskSkip(task=task, reviewer=actor, reason=reason, skipped_at=now) for task in tasks
    )
    _check_takers(tasks)
    _record(case, items, tasks, reason, actor, now)
    return tasks


def _check(case: ReviewCase) -> None:
    if case.status != ReviewCase.Status.CLOSED:
        raise InvalidTransition("not_closed", "This case is open.")
    if case.kind == ReviewCase.Kind.APPEAL:
        raise InvalidTransition("appeal_is_final", "An appeal is decided once. File a new one.")
    same = ReviewCase.objects.filter(
        kind=ReviewCase.Kind.REVIEW, entity_kind=case.entity_kind, entity_key=case.entity_key
    ).exclude(status=ReviewCase.Status.CLOSED)
    other = same.first() if case.kind == ReviewCase.Kind.REVIEW and case.entity_key else None
    if other:
        raise _another_case(other)


def _check_takers(tasks: Sequence[ReviewTask]) -> None:
    """Raises InvalidTransition where nobody is left who could judge one of them."""
    for task in tasks:
        roles = (LEAD,) if task.lane == ReviewTask.Lane.ESCALATED else (ANALYST, LEAD)
        if not any(takers(task, role=role, on_duty=False).exists() for role in roles):
            raise InvalidTransition(
                "nobody_left",
                "Nobody is left who may judge it: whoever has judged it, and whoever reopens it,"
                " may not.",
            )


def _another_case(other: ReviewCase | None) -> Conflict:
    which = f"case {other.pk}" if other else "a case"
    return Conflict(
        "another_case_open",
        f"Newer payments of the same customer wait in {which}. Reopening this one would make two"
        " of one attack.",
    )


def _open_item(item: ReviewItem, state: PaymentState, now: datetime) -> None:
    item.resolution, item.resolved_at = "", None
    undisposed = state.outcome == "review" and item.due_at is not None and item.due_at > now
    item.due_at = item.due_at if undisposed else None


def _open_rounds(case: ReviewCase, items: Sequence[ReviewItem], now: datetime) -> list[ReviewTask]:
    by_kind: dict[TaskKind, list[ReviewItem]] = {}
    for item in items:
        by_kind.setdefault(_next_kind(item), []).append(item)
    return [
        open_round(case=case, kind=kind, items=by_kind[kind], now=now) for kind in sorted(by_kind)
    ]


def _next_kind(item: ReviewItem) -> TaskKind:
    kinds = {TaskKind(verdict.task.kind) for verdict in item.verdicts.all()}
    if not kinds:
        audit = item.kind == ReviewCase.Kind.AUDIT
        return TaskKind.AUDIT if audit else TaskKind.FIRST
    return TaskKind.SECOND if kinds <= FIRST_OPINIONS else TaskKind.ADJUDICATION


def _record(
    case: ReviewCase,
    items: Sequence[ReviewItem],
    tasks: Sequence[ReviewTask],
    reason: str,
    actor: User,
    now: datetime,
) -> None:
    ids = [task.pk for task in tasks]
    log(case.pk, "reopened", now=now, actor_id=actor.pk, tasks=ids, reason=reason)
    payments = wording.count(len(items), "payment")
    record_action(
        DeskAction.Kind.REOPEN,
        actor=actor,
        sentence=f"Reopened case {case.pk} with {payments}.",
        reason=reason,
        now=now,
        case=case.pk,
        tasks=ids,
    )
