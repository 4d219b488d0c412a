"""A case as one reader sees it, put together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import QuerySet

from labeling.models import CaseEvent, ReviewCase, ReviewItem, ReviewTask, Verdict
from labeling.selectors.case_page.became import NOTHING_KNOWN, Became, what_became
from labeling.selectors.case_page.facts import Facts, facts_of
from labeling.selectors.case_page.history import History, history_of, past_payments
from labeling.selectors.case_page.links import Linked, linked_payments, links_of
from labeling.selectors.case_page.opinion import Opinion, opinion_of
from labeling.selectors.case_page.said import Said, said_of
from labeling.selectors.case_page.similar import Similar, found_for, similar_to
from labeling.selectors.case_page.stages import stage_as_it_came_in
from labeling.selectors.linked import LinkedChoice, linked_choices
from labeling.selectors.presentation import explanation_kept_back
from scoring.access import Person
from scoring.domain.errors import NotFound
from scoring.models import Transaction

EVENTS = 200
EVENT_WORDS = {
    "lease_expired": "Lease ended, back to the queue",
    "lease_ended": "Nothing left to decide, lease ended",
    "released": "Given back",
    "skipped": "Given to a colleague",
    "verdict_changed": "Second thought",
    "applied_to_linked": "Applied to linked payments",
    "timed_out": "Deadline passed",
    "waiting_customer": "Set aside for the customer’s answer",
    "resumed": "Back in the queue",
    "beyond_authority": "Grew beyond its reviewer’s authority",
    "reassigned": "Reassigned by a lead",
    "moved": "Moved to another queue",
    "reopened": "Reopened",
    "overridden": "Disposed of by a lead",
    "customer_statement": "The customer’s word was recorded",
    "appealed": "An appeal was filed",
    "presentation_drawn": "What the reviewer sees was drawn by lot",
    "moot": "Payment ended by itself",
}


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One payment of the case; `new` where it came after the claim, `open` while it waits."""

    item: ReviewItem
    new: bool
    open: bool
    chosen: bool
    became: Became


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the history of a case; `times` where the same happened at once."""

    type: str
    at: datetime
    actor: User | None
    reason: str
    times: int = 1

    @property
    def words(self) -> str:
        """What happened, as people say it."""
        if self.type == "item_added":
            return "Payment arrived" if self.times == 1 else f"{self.times} payments arrived"
        return EVENT_WORDS.get(self.type, self.type.replace("_", " ").capitalize())


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case around one of its payments. `opinion` is None where it is kept back.

    `stage` says where the money of the payment is. `similar` is None where nobody has compared
    yet, or where it is kept back with the whole explanation. `choices` are the open linked
    payments that the holder's verdict may also cover; `linked` are the others.
    """

    case: ReviewCase
    task: ReviewTask | None
    items: tuple[ShownItem, ...]
    focus: ReviewItem
    facts: Facts
    history: History
    linked: tuple[Linked, ...]
    choices: tuple[LinkedChoice, ...]
    stage: str
    opinion: Opinion | None
    similar: Similar | None
    explanation_kept_back: bool
    said: Said | None
    events: Sequence[Happened]

    @property
    def open_items(self) -> tuple[ShownItem, ...]:
        """The payments that still wait for a verdict."""
        return tuple(shown for shown in self.items if shown.open)


def task_page(
    *, task: ReviewTask, reader: Person, now: datetime, item_id: int | None = None
) -> CasePage:
    """The case page of a task: its own items only, for a blind look has company of no other."""
    waiting = task.items.filter(resolution="").order_by().values("pk")
    judged = Verdict.objects.filter(task=task).order_by().values("item_id")
    items = ReviewItem.objects.filter(pk__in=waiting.union(judged))
    return _page(task.case, task, items, reader, now, item_id)


def case_page(
    *, case_id: int, reader: Person, now: datetime, item_id: int | None = None
) -> CasePage:
    """The case page for reading. Raises NotFound."""
    case = ReviewCase.objects.filter(pk=case_id).first()
    if case is None:
        raise NotFound("unknown_case", "There is no such case.")
    task = case.tasks.select_related("queue", "leased_by").order_by("-round").first()
    return _page(case, task, case.items.all(), reader, now, item_id)


def _page(
    case: ReviewCase,
    task: ReviewTask | None,
    items: QuerySet[ReviewItem],
    reader: Person,
    now: datetime,
    item_id: int | None,
) -> CasePage:
    rows = list(
        items.select_related("transaction__decision__policy")
        .distinct()
        .order_by("-transaction__occurred_at", "-pk")[:100]
    )
    if not rows:
        raise NotFound("unknown_case", "Nothing is left of this task.")
    focus = _focus(rows, item_id)
    payment = focus.transaction
    newest = max(row.transaction.occurred_at for row in rows)
    past = past_payments(payment, until=newest)
    links = links_of(payment, now=now)
    found = found_for(payment.pk)
    others = [*(id for id, _ in links), *(found.payments if found else [])]
    shown = {*(row.transaction_id for row in rows), *(p.pk for p in past), *others}
    became = what_became(shown, reader=reader, now=now)
    payments = Transaction.objects.in_bulk(others)
    visible = not became[payment.pk].kept_back
    keep_back = explanation_kept_back(task, reader=reader, now=now)
    explain = visible and not keep_back
    choices = (
        linked_choices(task, reader=reader) if task and visible and _held(task, reader) else ()
    )
    open_ids = {choice.item.transaction_id for choice in choices}
    opinion = opinion_of(payment, explain=explain) if visible else None
    return CasePage(
        case=case,
        task=task,
        items=tuple(_shown(row, task, focus, became) for row in rows),
        focus=focus,
        facts=facts_of(payment, now=now),
        history=history_of(payment, past, until=newest, became=became),
        linked=linked_payments(
            [link for link in links if link[0] not in open_ids], rows=payments, became=became
        ),
        choices=choices,
        stage=opinion.stage if opinion else stage_as_it_came_in(payment),
        opinion=opinion,
        similar=similar_to(found, rows=payments, became=became) if explain else None,
        explanation_kept_back=keep_back,
        said=said_of(payment.pk, case=case, visible=visible),
        events=_events(case) if visible else (),
    )


def _held(task: ReviewTask, reader: Person) -> bool:
    return task.status == ReviewTask.Status.LEASED and task.leased_by_id == reader.pk


def _focus(rows: Sequence[ReviewItem], item_id: int | None) -> ReviewItem:
    """The asked payment, or the largest open one."""
    asked = next((row for row in rows if row.pk == item_id), None)
    return asked or max(rows, key=lambda row: (not row.resolution, row.transaction.base_amount))


def _shown(
    row: ReviewItem, task: ReviewTask | None, focus: ReviewItem, became: dict[int, Became]
) -> ShownItem:
    held = task is not None and task.status == ReviewTask.Status.LEASED
    claimed_at = task.claimed_at if task and held else None
    return ShownItem(
        item=row,
        new=claimed_at is not None and row.added_at > claimed_at,
        open=not row.resolution,
        chosen=row.pk == focus.pk,
        became=became.get(row.transaction_id, NOTHING_KNOWN),
    )


def _events(case: ReviewCase) -> list[Happened]:
    """The newest events first; payments that arrived together are one line."""
    told: list[Happened] = []
    for event in case.events.select_related("actor").order_by("-pk")[:EVENTS]:
        last = told[-1] if told else None
        if last and (last.type, last.at) == (event.type, event.occurred_at):
            told[-1] = replace(last, times=last.times + 1)
        else:
            told.append(_happened(event))
    return told


def _happened(event: CaseEvent) -> Happened:
    reason = event.data.get("reason") or event.data.get("question") or ""
    return Happened(event.type, event.occurred_at, event.actor, str(reason))
