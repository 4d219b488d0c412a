"""Who may see an opinion of which transaction: the one place that decides it.

An opinion is everything a blind verdict must not lean on: score, outcome, lane, rank, reasons,
dispositions, verdicts and labels. Whoever could be served a blind task sees none of it for that
transaction until their own verdict is recorded; a task that only a colleague could still take
hides nothing from those who take no tasks.
"""

from collections.abc import Collection
from typing import TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet

from labeling.models import ReviewItem, ReviewTask, Verdict
from scoring.access import ANALYST, LEAD, Person, has_role
from scoring.models import CaseRequest, Transaction

Row = TypeVar("Row")
REVIEWER_ROLES = (ANALYST, LEAD)
WAITING = (ReviewTask.Status.OPEN, ReviewTask.Status.LEASED, ReviewTask.Status.WAITING)


def hidden_transactions(user: Person) -> "QuerySet[Transaction, int]":
    """Ids of the transactions whose opinions this person must not see now, as a subquery.

    A payment that was drawn hides from the moment of the draw, before its case is open.
    """
    if not has_role(user, *REVIEWER_ROLES):
        return Transaction.objects.none().values_list("pk", flat=True)
    waiting = ReviewItem.objects.filter(
        resolution="", task__blind=True, task__status__in=WAITING
    ).exclude(transaction__review_items__verdicts__reviewer_id=user.pk)
    drawn = CaseRequest.objects.filter(kind=CaseRequest.Kind.AUDIT, consumed_at=None)
    hidden = Q(pk__in=waiting.values("transaction_id")) | Q(pk__in=drawn.values("transaction_id"))
    return Transaction.objects.filter(hidden).values_list("pk", flat=True)


def waiting_for_blind_look(transaction: "int | OuterRef") -> QuerySet[Transaction, Transaction]:
    """The transaction, where somebody is still to judge it blind; else none.

    Whatever tells of its outcome must not be put before reviewers until then.
    """
    waiting = ReviewItem.objects.filter(
        resolution="", task__blind=True, task__status__in=WAITING, transaction_id=OuterRef("pk")
    )
    drawn = CaseRequest.objects.filter(
        kind=CaseRequest.Kind.AUDIT, consumed_at=None, transaction_id=OuterRef("pk")
    )
    return Transaction.objects.filter(Exists(waiting) | Exists(drawn), pk=transaction)


def without_hidden(
    transactions: "QuerySet[Transaction, Row]", user: Person
) -> "QuerySet[Transaction, Row]":
    """Those transactions whose opinions this person may see.

    Asks row by row, so that the first page of a long list reads no more than that page.
    """
    if not has_role(user, *REVIEWER_ROLES):
        return transactions
    items = ReviewItem.objects.filter(transaction_id=OuterRef("pk"))
    waiting = items.filter(resolution="", task__blind=True, task__status__in=WAITING)
    judged = items.filter(verdicts__reviewer_id=user.pk)
    drawn = CaseRequest.objects.filter(
        transaction_id=OuterRef("pk"), kind=CaseRequest.Kind.AUDIT, consumed_at=None
    )
    hidden = Exists(waiting) & ~Exists(judged)
    return transactions.exclude(hidden).exclude(Exists(drawn))


def hidden_among(user: Person, transaction_ids: Collection[int]) -> frozenset[int]:
    """Those of the given transactions whose opinions this person must not see; one query."""
    if not transaction_ids or not has_role(user, *REVIEWER_ROLES):
        return frozenset()
    judged = Verdict.objects.filter(
        item__transaction_id=OuterRef("transaction_id"), reviewer_id=user.pk
    )
    # From the payments to their items: from the blind tasks it would be thousands.
    waiting = ReviewItem.objects.filter(
        ~Exists(judged),
        transaction_id__in=transaction_ids,
        resolution="",
        task__blind=True,
        task__status__in=WAITING,
    )
    drawn = CaseRequest.objects.filter(
        transaction_id__in=transaction_ids, kind=CaseRequest.Kind.AUDIT, consumed_at=None
    )
    ids = waiting.values_list("transaction_id", flat=True)
    return frozenset(ids.union(drawn.values_list("transaction_id", flat=True)))


def may_see_opinion(user: Person, transaction_id: int) -> bool:
    """Whether score, outcome, reasons, verdicts and labels of this transaction may be shown."""
    return not hidden_among(user, [transaction_id])
