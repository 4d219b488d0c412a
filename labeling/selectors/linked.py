"""Open payments of others that a verdict on a task could also cover, and what would happen."""

from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from labeling.domain import linking
from labeling.domain.lifecycle import TaskKind, TaskStatus, VerdictValue
from labeling.domain.linking import LinkedTask
from labeling.models import Reviewer, ReviewItem, ReviewTask, TaskSkip, Verdict
from labeling.selectors.blindness import hidden_among
from labeling.selectors.payment_states import PaymentState, payment_states
from scoring.access import LEAD, Person, has_role
from scoring.models import Transaction

APPLIED = "applied_to_linked"
DAYS = timedelta(days=7)
# What is shared, strongest first, and its words.
SHARED = {
    "card_id": "card",
    "device_id": "device",
    "email_key": "e-mail",
    "ip_key": "IP",
    "merchant_id": "merchant",
}
# Values looked at of each kind, and the newest payments of each value: a hot one costs no more.
VALUES = 20
NEWEST = 100
# One index range for each value; then the few of them that are open.
OPEN_BY_VALUE = """
SELECT h.id, {strength} AS strength FROM unnest(%({column})s::text[]) AS value
CROSS JOIN LATERAL (
  SELECT t.id FROM scoring_transaction t
  WHERE t.{column} = value AND t.occurred_at > %(since)s AND t.occurred_at <= %(until)s
  ORDER BY t.occurred_at DESC LIMIT {newest}) h
"""
OPEN_LINKED = """
SELECT i.id, array_agg(DISTINCT l.strength) FROM ({parts}) l
JOIN labeling_reviewitem i
  ON i.transaction_id = l.id AND i.kind = 'review' AND i.resolution = ''
JOIN labeling_reviewtask k ON k.id = i.task_id AND NOT k.blind
WHERE i.case_id <> %(case)s
GROUP BY i.id ORDER BY min(l.strength), i.id DESC LIMIT {most}
"""


@dataclass(frozen=True, slots=True)
class LinkedChoice:
    """One open payment of somebody else: what it shares, what a verdict would do, or why not."""

    item: ReviewItem
    shares: str
    state: PaymentState
    refused: str

    @property
    def payment(self) -> Transaction:
        """The payment itself."""
        return self.item.transaction

    @property
    def suggested(self) -> bool:
        """Whether it can be covered and shares more than a merchant, as many others do."""
        return not self.refused and not self.only_merchant

    @property
    def only_merchant(self) -> bool:
        """Whether nothing stronger than the merchant links it."""
        return self.shares == "merchant"

    @property
    def if_fraud(self) -> str:
        """What a fraud verdict would do to it; empty where it stays as it is."""
        return next(iter(self.state.choices(VerdictValue.FRAUD)), "")

    @property
    def if_legitimate(self) -> str:
        """What a legitimate verdict would do to it; empty where it stays as it is."""
        return next(iter(self.state.choices(VerdictValue.LEGITIMATE)), "")


def linked_choices(task: ReviewTask, *, reader: Person) -> tuple[LinkedChoice, ...]:
    """Open payments linked to those of a task, the strongest links first; none of a blind task.

    Payments that somebody must judge blind, audits, checks and appeals are not among them.
    """
    if task.blind:
        return ()
    links = _open_links(task)
    items = list(
        ReviewItem.objects.filter(pk__in=links)
        .select_related("transaction__decision", "task__leased_by", "case")
        .order_by("-transaction__occurred_at", "-pk")
    )
    hidden = hidden_among(reader, [item.transaction_id for item in items])
    shown = [item for item in items if item.transaction_id not in hidden]
    states = payment_states([item.transaction for item in shown])
    refusals = _refusals(shown, reader)
    choices = [
        LinkedChoice(item, links[item.pk], states[item.transaction_id], refusals[item.pk])
        for item in shown
    ]
    return tuple(sorted(choices, key=lambda choice: choice.only_merchant))


def _open_links(task: ReviewTask) -> dict[int, str]:
    """Ids of open items of other cases with what they share: "device, IP"."""
    payments = [
        item.transaction
        for item in task.items.select_related("transaction").order_by("-pk")[:VALUES]
    ]
    values = {column: _values(payments, column) for column in SHARED}
    parts = [
        OPEN_BY_VALUE.format(column=column, strength=strength, newest=NEWEST)
        for strength, column in enumerate(SHARED)
        if values[column]
    ]
    if not parts:
        return {}
    times = [payment.occurred_at for payment in payments]
    parameters: dict[str, Any] = {
        **values,
        "since": min(times) - DAYS,
        "until": max(times) + DAYS,
        "case": task.case_id,
    }
    statement = OPEN_LINKED.format(parts=" UNION ALL ".join(parts), most=linking.MOST)
    words = list(SHARED.values())
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return {
            id: ", ".join(words[strength] for strength in sorted(strengths))
            for id, strengths in cursor.fetchall()
        }


def _values(payments: Sequence[Transaction], column: str) -> list[str]:
    return sorted({getattr(payment, column) for payment in payments} - {None, ""})


def _refusals(items: Collection[ReviewItem], reader: Person) -> dict[int, str]:
    if not items:
        return {}
    limits = _limits(items, reader)
    is_lead = has_role(reader, LEAD)
    return {item.pk: linking.refusal(_standing(item, limits), is_lead=is_lead) for item in items}


@dataclass(frozen=True, slots=True)
class _Limits:
    """What keeps a reviewer from payments: judged before, skipped, escalated; and the desk's own.

    `queues` is empty where every queue is theirs.
    """

    judged: AbstractSet[int]
    skipped_tasks: AbstractSet[int]
    escalated_cases: AbstractSet[int]
    authority: Decimal | None
    queues: AbstractSet[int]


def _limits(items: Collection[ReviewItem], reader: Person) -> _Limits:
    payments = [item.transaction_id for item in items]
    judged = Verdict.objects.filter(item__transaction_id__in=payments, reviewer_id=reader.pk)
    skips = list(
        TaskSkip.objects.filter(
            task__case_id__in=[item.case_id for item in items], reviewer_id=reader.pk
        ).values_list("task_id", "task__case_id", "escalated")
    )
    desk = Reviewer.objects.filter(user_id=reader.pk or 0).values_list("authority", "queues")
    rows = list(desk)
    return _Limits(
        judged=set(judged.values_list("item__transaction_id", flat=True)),
        skipped_tasks={task for task, _, _ in skips},
        escalated_cases={case for _, case, escalated in skips if escalated},
        authority=rows[0][0] if rows else None,
        queues={queue for _, queue in rows if queue is not None},
    )


def _standing(item: ReviewItem, limits: _Limits) -> LinkedTask:
    task = item.task
    if task is None:
        return LinkedTask(TaskStatus.DONE, TaskKind.FIRST)
    holder = task.leased_by
    return LinkedTask(
        status=TaskStatus(task.status),
        kind=TaskKind(task.kind),
        holder=(holder.first_name or holder.get_username()) if holder else "",
        for_leads=task.lane == ReviewTask.Lane.ESCALATED,
        judged_before=item.transaction_id in limits.judged,
        given_away=task.pk in limits.skipped_tasks or task.case_id in limits.escalated_cases,
        above_authority=limits.authority is not None and task.at_stake > limits.authority,
        elsewhere=bool(limits.queues) and task.queue_id not in limits.queues,
    )


def applied_to_linked(task: ReviewTask) -> dict[str, list[dict[str, str]]]:
    """What the verdict on a task did to linked payments: `covered`, and `refused` with why.

    Both by `external_id`; empty where the verdict was for its own payments only.
    """
    event = task.case.events.filter(type=APPLIED, data__task=task.pk).order_by("-pk").first()
    if event is None:
        return {"covered": [], "refused": []}
    return {"covered": event.data["covered"], "refused": event.data["refused"]}
