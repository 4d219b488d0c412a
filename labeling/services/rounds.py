"""Tasks of a case: a new round, and the figures by which an open task is served."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import Max, QuerySet

from labeling.domain import deadlines, lifecycle, queue, sentences
from labeling.domain.grouping import EntityKind
from labeling.domain.learning import Lesson
from labeling.domain.lifecycle import TaskKind
from labeling.domain.presentation import SHOWN, Arm, Presentation
from labeling.domain.queue import Exposure, Payment, QueueRule
from labeling.models import ReviewCase, ReviewItem, ReviewTask, TaskSkip
from labeling.selectors.staffing import QueueClock, Queues, queues_now
from scoring.domain.policy import costs_from_row
from scoring.models import Outcome, Transaction

LANE_OF_KIND = {
    TaskKind.FIRST: ReviewTask.Lane.VALUE,
    TaskKind.SECOND: ReviewTask.Lane.SECOND,
    TaskKind.ADJUDICATION: ReviewTask.Lane.ESCALATED,
    TaskKind.AUDIT: ReviewTask.Lane.AUDIT,
    TaskKind.APPEAL: ReviewTask.Lane.VALUE,
}


def open_round(
    *, case: ReviewCase, kind: TaskKind, items: Collection[ReviewItem], now: datetime
) -> ReviewTask:
    """Open the next round of a case for these items; they wait for its task from now on.

    The case must be locked by the caller, or two rounds could take the same number.
    """
    last = case.tasks.aggregate(last=Max("round"))["last"] or 0
    task = _saved(case, kind, last + 1, items, now)
    _keep_filer_away(case, task, now)
    ReviewItem.objects.filter(pk__in=[item.pk for item in items]).update(task=task)
    return task


def open_first_round(
    *, case: ReviewCase, kind: TaskKind, item: ReviewItem, now: datetime
) -> ReviewTask:
    """Open the only round of a new case for its unsaved item, which is saved with it."""
    task = _saved(case, kind, 1, [item], now)
    item.task = task
    item.save()
    return task


def _saved(
    case: ReviewCase, kind: TaskKind, round: int, items: Collection[ReviewItem], now: datetime
) -> ReviewTask:
    queues = queues_now()
    residual = queues.rules[-1].queue_id
    task = new_task(case_id=case.pk, kind=kind, round=round, queue_id=residual, now=now)
    if case.kind == ReviewCase.Kind.APPEAL:
        # That somebody appeals tells already what a blind look would keep back.
        task.blind, task.presentation = False, "full"
    _set_figures(task, sorted(items, key=_arrival), queues)
    task.save()
    return task


def _arrival(item: ReviewItem) -> tuple[datetime, int]:
    return item.transaction.occurred_at, item.pk or 0


def new_task(
    *,
    case_id: int,
    kind: TaskKind,
    round: int,
    queue_id: int,
    now: datetime,
    lesson: Lesson | None = None,
    presentation: Presentation = SHOWN,
) -> ReviewTask:
    """An unsaved task without figures; `refresh_tasks` gives it those of its items.

    With a lesson it is served to learn from, and says so. A `presentation` counts for a first
    look; other looks are blind or not by their kind.
    """
    if lifecycle.is_blind(kind):
        presentation = Presentation(Arm.FACTS_FIRST)
    return ReviewTask(
        case_id=case_id,
        round=round,
        kind=kind.value,
        lane=ReviewTask.Lane.LEARN if lesson else LANE_OF_KIND[kind],
        why=sentences.LESSONS[lesson] if lesson else "",
        blind=presentation.blind,
        presentation=presentation.arm.value,
        presentation_share=presentation.share,
        opened_at=now,
        queue_id=queue_id,
    )


def _keep_filer_away(case: ReviewCase, task: ReviewTask, now: datetime) -> None:
    """Whoever filed an appeal is never served it."""
    if case.kind == ReviewCase.Kind.APPEAL:
        TaskSkip.objects.create(
            task=task,
            reviewer_id=case.appeal.filed_by_id,
            reason="Filed the appeal.",
            skipped_at=now,
        )


def refresh_tasks(task_ids: Collection[int]) -> None:
    """Set what an open task shows and how it is served, from the items that wait for it."""
    tasks = ReviewTask.objects.filter(pk__in=task_ids).in_bulk()
    waiting: dict[int, list[ReviewItem]] = defaultdict(list)
    for item in _waiting_items(task_ids):
        waiting[item.task_id or 0].append(item)
    queues = queues_now()
    for task_id, items in waiting.items():
        _set_figures(tasks[task_id], items, queues)
    ReviewTask.objects.bulk_update(
        [tasks[task_id] for task_id in waiting],
        ["queue", "lane", "rank", "at_stake", "headline", "due_at", "why"],
    )


def _waiting_items(task_ids: Collection[int]) -> QuerySet[ReviewItem]:
    return (
        ReviewItem.objects.filter(task_id__in=task_ids, resolution="")
        .select_related("case", "transaction__decision__policy")
        .order_by("transaction__occurred_at", "pk")
    )


def _set_figures(task: ReviewTask, items: Sequence[ReviewItem], queues: Queues) -> None:
    _set_serving(task, items, queues.rules)
    _set_deadline(task, items, queues.clocks[_clock_queue(task, items, queues.rules)])


def _set_serving(task: ReviewTask, items: Sequence[ReviewItem], rules: list[QueueRule]) -> None:
    amounts = [item.transaction.base_amount for item in items]
    largest = max(items, key=lambda item: item.transaction.base_amount).transaction
    task.headline = largest
    task.at_stake = sum(amounts, Decimal(0))
    if not task.queue_by_lead:
        payment = _payment(task.at_stake, largest, is_blocked_audit=_is_blocked_audit(items))
        task.queue_id = queue.fitting_queue(payment, rules)
    if task.lane == ReviewTask.Lane.LEARN and len(items) > 1:
        # An attack is worth more than a lesson.
        task.lane = ReviewTask.Lane.VALUE
    task.why = _why(task, items) if task.presentation == Arm.FULL else sentences.BLIND
    # A first look whose score is hidden by lot stays as urgent as it is; nobody is shown the rank.
    task.rank = 0.0 if lifecycle.is_blind(TaskKind(task.kind)) else _rank(items)


def _clock_queue(task: ReviewTask, items: Sequence[ReviewItem], rules: list[QueueRule]) -> int:
    """The queue whose minutes count. Those of blocked audits would tell that they are."""
    if not any(rule.queue_id == task.queue_id and rule.blocked_audits for rule in rules):
        return task.queue_id
    open_rules = [rule for rule in rules if not rule.blocked_audits]
    largest = max((item.transaction for item in items), key=lambda payment: payment.base_amount)
    payment = _payment(task.at_stake, largest, is_blocked_audit=False)
    return queue.fitting_queue(payment, open_rules)


def _set_deadline(task: ReviewTask, items: Sequence[ReviewItem], clock: QueueClock) -> None:
    task.due_at = deadlines.due_at(
        disposed_at=min((item.due_at for item in items if item.due_at), default=None),
        opened_at=task.opened_at,
        sla_minutes=clock.sla_minutes,
        calendar=clock.calendar,
    )


def _is_blocked_audit(items: Sequence[ReviewItem]) -> bool:
    return any(
        item.kind == ReviewCase.Kind.AUDIT and item.transaction.decision.outcome == Outcome.BLOCK
        for item in items
    )


def _payment(at_stake: Decimal, largest: Transaction, *, is_blocked_audit: bool) -> Payment:
    since = largest.customer_since
    return Payment(
        amount=at_stake,
        channel=largest.channel,
        country=largest.country,
        billing_country=largest.billing_country,
        payment_method=largest.payment_method,
        customer_for=None if since is None else largest.occurred_at - since,
        is_blocked_audit=is_blocked_audit,
    )


def _why(task: ReviewTask, items: Sequence[ReviewItem]) -> str:
    """What brought it here; a lesson or an escalation keeps the sentence that it was given."""
    if task.why and task.lane in (ReviewTask.Lane.LEARN, ReviewTask.Lane.ESCALATED):
        return task.why
    kind = items[0].case.entity_kind
    return sentences.why_task(
        entity=EntityKind(kind) if kind else None,
        item_sentences=[item.why for item in items],
        times=[item.transaction.occurred_at for item in items],
    )


def _probability(item: ReviewItem) -> float | None:
    """What the ranking believes; an appeal contradicts the score, so it counts as open."""
    appealed = item.kind == ReviewCase.Kind.APPEAL
    return None if appealed else item.transaction.decision.probability


def _rank(items: Sequence[ReviewItem]) -> float:
    newest = items[-1].transaction.decision
    exposures = [Exposure(_probability(item), item.transaction.base_amount) for item in items]
    return queue.rank(exposures, costs_from_row(newest.policy.costs))
