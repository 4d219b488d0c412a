"""What the desk wants to know of customers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from labeling.models import CaseEvent, ReviewItem, ReviewTask
from labeling.selectors.blindness import hidden_among
from scoring.access import Person
from scoring.models import Transaction

MOST = 50


@dataclass(frozen=True, slots=True)
class Question:
    """One payment whose case waits for its customer; `until` when it goes on without an answer."""

    payment: Transaction
    text: str
    asked_at: datetime
    until: datetime | None


def open_questions(*, reader: Person, transaction_id: int | None = None) -> tuple[Question, ...]:
    """The questions of the desk, the most urgent first; of one payment, or of all.

    A case is asked about once, by its largest payment that waits.
    """
    tasks = _waiting(transaction_id)
    payments = [transaction_id or task.headline_id or 0 for task in tasks]
    hidden = hidden_among(reader, payments)
    shown = Transaction.objects.in_bulk([number for number in payments if number not in hidden])
    return tuple(
        Question(shown[number], task.question or "", task.asked_at, task.resume_at)
        for number, task in zip(payments, tasks, strict=True)
        if number in shown
    )


def _waiting(transaction_id: int | None) -> Sequence["_Asked"]:
    asked = CaseEvent.objects.filter(case_id=OuterRef("case_id"), type="waiting_customer").order_by(
        "-pk"
    )
    tasks: QuerySet[ReviewTask] = ReviewTask.objects.filter(status=ReviewTask.Status.WAITING)
    if transaction_id is not None:
        items = ReviewItem.objects.filter(transaction_id=transaction_id, resolution="")
        tasks = tasks.filter(pk__in=items.values("task_id"))
    rows = tasks.annotate(
        question=Subquery(asked.values("data__question")[:1]),
        asked_at=Subquery(asked.values("occurred_at")[:1]),
    ).order_by("resume_at")[:MOST]
    return [_Asked(r.headline_id, r.question, r.asked_at, r.resume_at) for r in rows]


@dataclass(frozen=True, slots=True)
class _Asked:
    headline_id: int | None
    question: str | None
    asked_at: datetime
    resume_at: datetime | None
