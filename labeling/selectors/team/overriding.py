"""Held payments that a lead is about to dispose of, and what would happen to each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.contrib.auth.models import User
from django.db.models import QuerySet

from labeling.domain.overriding import Override, override_action, why_refused
from labeling.models import ReviewCase, ReviewItem
from labeling.people import name_of
from labeling.selectors.blindness import hidden_among
from labeling.selectors.payment_states import payment_states
from labeling.selectors.reviewers import authority_of

# As many as a person can look over before pressing the button.
MOST = 200


@dataclass(frozen=True, slots=True)
class OverrideFilters:
    """Which held payments are meant; empty means any."""

    queue: str = ""
    merchant_id: str = ""
    customer_id: str = ""
    country: str = ""
    channel: str = ""
    min_amount: Decimal | None = None
    max_amount: Decimal | None = None
    due_within: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Overridable:
    """One payment; `action` is what would happen to it, `refused` why it stays as it is."""

    item: ReviewItem
    action: str
    refused: str


@dataclass(frozen=True, slots=True)
class OverridePreview:
    """What a lead is about to do. Money in the reporting currency; `more` were left out."""

    rows: Sequence[Overridable]
    count: int
    money: Decimal
    more: bool


def override_preview(
    *, filters: OverrideFilters, override: Override, actor: User, now: datetime
) -> OverridePreview:
    """The held payments that fit, the earliest deadline first, and what would happen to each."""
    items = list(_narrowed(filters, now).order_by("due_at", "pk")[: MOST + 1])
    rows = overridables(items[:MOST], override=override, actor=actor)
    done = [row for row in rows if not row.refused]
    return OverridePreview(
        rows=rows,
        count=len(done),
        money=sum((row.item.transaction.base_amount for row in done), Decimal(0)),
        more=len(items) > MOST,
    )


def overridables(
    items: Collection[ReviewItem], *, override: Override, actor: User
) -> list[Overridable]:
    """What would happen to each of these items; those that this lead may judge blind are absent."""
    hidden = hidden_among(actor, [item.transaction_id for item in items])
    shown = [item for item in items if item.transaction_id not in hidden]
    states = payment_states([item.transaction for item in shown])
    authority = authority_of(actor)
    rows = []
    for item in shown:
        state, task = states[item.transaction_id], item.task
        action = override_action(override, outcome=state.outcome, payment_stage=state.stage)
        refused = why_refused(
            task_status=task.status if task else "",
            holder=name_of(task.leased_by) if task else "",
            action=action,
            authority=authority,
            at_stake=task.at_stake if task else item.transaction.base_amount,
        )
        rows.append(Overridable(item, action or "", refused))
    return rows


def held_items() -> QuerySet[ReviewItem]:
    """Payments that wait for a person while their money waits too."""
    return ReviewItem.objects.filter(
        resolution="", kind=ReviewCase.Kind.REVIEW, task__isnull=False
    ).select_related("transaction__decision", "task__queue", "task__leased_by", "case")


def _narrowed(filters: OverrideFilters, now: datetime) -> QuerySet[ReviewItem]:
    items = held_items()
    if filters.queue:
        items = items.filter(task__queue__name=filters.queue)
    for name in ("merchant_id", "customer_id", "country", "channel"):
        if value := getattr(filters, name):
            items = items.filter(**{f"transaction__{name}": value})
    if filters.min_amount is not None:
        items = items.filter(transaction__base_amount__gte=filters.min_amount)
    if filters.max_amount is not None:
        items = items.filter(transaction__base_amount__lt=filters.max_amount)
    if filters.due_within is not None:
        items = items.filter(due_at__lte=now + filters.due_within)
    return items
