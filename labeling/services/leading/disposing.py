"""Many held payments are disposed of at once, by a lead's word and not by a verdict."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from labeling.domain.overriding import Override
from labeling.models import DeskAction, ReviewCase, ReviewItem, ReviewTask
from labeling.selectors.team.overriding import MOST, Overridable, held_items, overridables
from labeling.services.closing import close_items
from labeling.services.events import log
from labeling.services.leading.actions import checked_reason, record_action
from scoring.domain import wording
from scoring.domain.errors import FieldError, InvalidRecord, InvalidTransition
from scoring.models import Disposition
from scoring.services import dispose

DONE = {Override.APPROVE: "Let {} through", Override.DECLINE: "Declined {}"}


@dataclass(frozen=True, slots=True)
class Overridden:
    """What came of it; `left` stay as they were, and money is in the reporting currency."""

    count: int
    money: Decimal
    left: int


@transaction.atomic
def dispose_in_bulk(
    *,
    item_ids: Collection[int],
    override: Override,
    reason: str,
    actor: User,
    now: datetime,
) -> Overridden:
    """Dispose of these held payments and return what came of it.

    Nobody said what was true: no verdict and no label is made. Left as they are: payments that a
    colleague holds or has just decided, that this lead may judge blind, that have ended, and
    those above the lead's own authority. Raises InvalidRecord, InvalidTransition
    (`nothing_to_dispose`).
    """
    reason = checked_reason(reason)
    if not 0 < len(item_ids) <= MOST:
        sentence = f"Choose 1 to {MOST} payments."
        raise InvalidRecord([FieldError("items", "invalid", sentence)], sentence)
    rows = overridables(_locked(item_ids), override=override, actor=actor)
    done = [row for row in rows if not row.refused]
    if not done:
        sentence = "None of these payments can be disposed of any more. Look again."
        raise InvalidTransition("nothing_to_dispose", sentence)
    dispositions = [_dispose(row, reason, actor, now) for row in done]
    close_items([row.item for row in done], ReviewItem.Resolution.OVERRIDE, now)
    money = sum((row.item.transaction.base_amount for row in done), Decimal(0))
    worth = wording.money(money, settings.FRAUDREVIEW_BASE_CURRENCY)
    record_action(
        DeskAction.Kind.DISPOSE,
        actor=actor,
        sentence=f"{DONE[override].format(wording.count(len(done), 'payment'))} worth {worth}.",
        reason=reason,
        now=now,
        dispositions=dispositions,
        items=[row.item.pk for row in done],
    )
    return Overridden(len(done), money, len(item_ids) - len(done))


def _locked(item_ids: Collection[int]) -> Sequence[ReviewItem]:
    """The items that are still open, their cases and tasks locked in the order of the house."""
    items = held_items().filter(pk__in=item_ids)
    cases = ReviewCase.objects.filter(pk__in=items.values("case_id"))
    list(cases.select_for_update(no_key=True).order_by("pk"))
    tasks = ReviewTask.objects.filter(pk__in=items.values("task_id"))
    list(tasks.select_for_update(no_key=True).order_by("pk"))
    return list(items.order_by("pk"))


def _dispose(row: Overridable, reason: str, actor: User, now: datetime) -> int:
    disposition = dispose(
        transaction=row.item.transaction,
        action=row.action,
        cause=Disposition.Cause.OVERRIDE,
        actor=actor,
        note=reason,
        now=now,
    )
    log(
        row.item.case_id,
        "overridden",
        now=now,
        actor_id=actor.pk,
        item=row.item.pk,
        disposition=disposition.pk,
        reason=reason,
    )
    return disposition.pk
