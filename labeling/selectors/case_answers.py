"""Cases and tasks as a program reads them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from labeling.models import ReviewItem, ReviewTask, Verdict
from labeling.selectors.blindness import hidden_among
from labeling.selectors.case_page.said import appeal_in, words_of
from labeling.selectors.linked import applied_to_linked
from labeling.selectors.presentation import EXPLANATION_HIDDEN
from labeling.selectors.queue import BLIND
from labeling.selectors.tasks import is_held, is_revealed
from labeling.services.pending import Given
from labeling.services.revealing import WINDOW
from scoring.access import Person
from scoring.domain.errors import LeaseLost
from scoring.models import Disposition

FACTS = (
    "external_id",
    "occurred_at",
    "amount",
    "currency",
    "customer_id",
    "card_id",
    "merchant_id",
    "device_id",
    "payment_method",
    "channel",
    "country",
    "billing_country",
    "shipping_country",
    "customer_since",
    "payment_stage",
)


def queue_row(task: ReviewTask) -> dict[str, Any]:
    """One line of the queue. Of a blind task nobody is told lane and queue."""
    holder = task.leased_by.get_username() if task.leased_by else None
    return {
        "id": task.case_id,
        "task": task.pk,
        "status": task.status,
        "lane": BLIND if task.blind else task.lane,
        "blind": task.blind,
        "queue": None if task.blind else task.queue.name,
        "why": task.why,
        "at_stake": task.at_stake,
        "currency": settings.FRAUDREVIEW_BASE_CURRENCY,
        "opened_at": task.opened_at,
        "due_at": task.due_at,
        "held_by": holder,
    }


def task_answer(task: ReviewTask, *, reader: Person, now: datetime) -> dict[str, Any]:
    """A task for whoever holds it, or judged it blind just now. Raises LeaseLost for others."""
    if is_held(task, reader=reader, now=now):
        case = claimed_case(task, reader=reader)
        return {**lease_answer(task), "change_until": None, "verdicts": [], "case": case}
    if not is_revealed(task, reader=reader, now=now):
        raise LeaseLost
    return {
        **lease_answer(task),
        "change_until": task.done_at + WINDOW if task.done_at else None,
        "verdicts": verdict_rows(task.verdicts.order_by("item_id")),
        "case": _revealed_case(task, reader),
    }


def claimed_case(task: ReviewTask, *, reader: Person) -> dict[str, Any]:
    """The case of a task with its open payments, and opinions where they may be seen."""
    unexplained = task.presentation == EXPLANATION_HIDDEN
    return _case(task, task.items.filter(resolution=""), reader, unexplained=unexplained)


def _revealed_case(task: ReviewTask, reader: Person) -> dict[str, Any]:
    # What nobody could tell waits in the next task by now; the verdicts know the payments.
    judged = ReviewItem.objects.filter(verdicts__task=task)
    return _case(task, judged, reader, unexplained=False)


def _case(
    task: ReviewTask,
    waiting: "QuerySet[ReviewItem, ReviewItem]",
    reader: Person,
    *,
    unexplained: bool,
) -> dict[str, Any]:
    items = list(
        waiting.select_related(
            "transaction__decision__policy",
            "transaction__decision__model_version",
            "transaction__explanation",
        ).order_by("pk")
    )
    hidden = hidden_among(reader, [item.transaction_id for item in items])
    said = words_of(items, case_id=task.case_id, hidden=hidden)
    return {
        "id": task.case_id,
        "blind": task.blind,
        "queue": None if task.blind else task.queue.name,
        "why": "" if unexplained else task.why,
        "at_stake": task.at_stake,
        "currency": settings.FRAUDREVIEW_BASE_CURRENCY,
        "opened_at": task.opened_at,
        "due_at": task.due_at,
        "appeal": appeal_in(task.case),
        "items": [
            {
                **_item(
                    item,
                    task,
                    kept_back=item.transaction_id in hidden,
                    explain=not unexplained,
                ),
                "customer_says": said[item.transaction_id],
            }
            for item in items
        ],
    }


def given_answer(given: Given) -> dict[str, Any]:
    """What became of a verdict: recorded, or pending."""
    pending = given.pending
    return {
        "task": given.task.pk,
        "pending": {"commits_at": pending.commits_at} if pending else None,
        "verdicts": verdict_rows(given.verdicts),
        "linked": applied_to_linked(given.task),
    }


def verdict_rows(verdicts: Collection[Verdict]) -> list[dict[str, Any]]:
    """What was recorded, with what it did to each payment."""
    actions = dict(
        Disposition.objects.filter(verdict_id__in=[verdict.pk for verdict in verdicts]).values_list(
            "verdict_id", "action"
        )
    )
    externals = _external_ids([verdict.item_id for verdict in verdicts])
    return [
        {
            "item": verdict.item_id,
            "external_id": externals[verdict.item_id],
            "verdict": verdict.value,
            "disposition": actions.get(verdict.pk),
        }
        for verdict in verdicts
    ]


def _external_ids(item_ids: Sequence[int]) -> dict[int, str]:
    rows = ReviewItem.objects.filter(pk__in=item_ids)
    return dict(rows.values_list("pk", "transaction__external_id"))


def _item(item: ReviewItem, task: ReviewTask, *, kept_back: bool, explain: bool) -> dict[str, Any]:
    payment = item.transaction
    return {
        "id": item.pk,
        "new": task.claimed_at is not None and item.added_at > task.claimed_at,
        "due_at": item.due_at,
        **{name: getattr(payment, name) for name in FACTS},
        "opinion": None if kept_back else _opinion(item, explain),
    }


def _opinion(item: ReviewItem, explain: bool) -> dict[str, Any]:
    decision = item.transaction.decision
    explanation = getattr(item.transaction, "explanation", None) if explain else None
    return {
        "why": item.why if explain else "",
        "outcome": decision.outcome,
        "probability": decision.probability,
        "reason_codes": [
            {name: reason[name] for name in ("code", "sentence", "contribution")}
            for reason in (explanation.reason_codes if explanation else [])
        ],
        "model_version": decision.model_version.number if decision.model_version else None,
        "policy_version": decision.policy.number,
    }


def lease_answer(task: ReviewTask) -> dict[str, Any]:
    """The lease of a held task."""
    return {"task": task.pk, "token": task.token, "lease_until": task.leased_until}
