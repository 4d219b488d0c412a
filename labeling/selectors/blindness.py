"""Who may see an opinion of which transaction: the one place that decides it.

An opinion is everything a blind verdict must not lean on: score, outcome, lane, rank, reasons,
dispositions, verdicts and labels. Whoever could be served a blind task sees none of it for that
transaction until their own verdict is recorded; a task that only a colleague could still take
hides nothing from those who take no tasks.
"""

from collections.abc import Collection
from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from labeling.models import ReviewItem, ReviewTask, Verdict
from scoring.access import ANALYST, LEAD, Person, has_role
from scoring.models import CaseRequest

Listed = TypeVar("Listed", bound=Model)
REVIEWER_ROLES = (ANALYST, LEAD)


def without_hidden(
    rows: QuerySet[Listed, Listed], user: Person, *, transaction: str = "pk"
) -> QuerySet[Listed, Listed]:
    """Those rows whose opinions this person may see; `transaction` is the field that names it.

    Asks row by row, so that the first page of a long list reads no more than that page.
    """
    if not has_role(user, *REVIEWER_ROLES):
        return rows
    same = {"transaction_id": OuterRef(transaction)}
    return rows.exclude(
        Exists(_blind_looks(without_judged_by=user).filter(**same))
        | Exists(_open_draws().filter(**same))
    )


def hidden_among(user: Person, transaction_ids: Collection[int]) -> frozenset[int]:
    """Those of the given transactions whose opinions this person must not see; one query."""
    if not transaction_ids or not has_role(user, *REVIEWER_ROLES):
        return frozenset()
    # From the payments to their items: from the blind tasks it would be thousands.
    looks = _blind_looks(without_judged_by=user).filter(transaction_id__in=transaction_ids)
    draws = _open_draws().filter(transaction_id__in=transaction_ids)
    ids = looks.values_list("transaction_id", flat=True)
    return frozenset(ids.union(draws.values_list("transaction_id", flat=True)))


def waits_for_blind_look(transaction: "int | OuterRef") -> Q:
    """Whether somebody is still to judge the transaction blind, as a condition.

    Whatever tells of its outcome must not be put before reviewers until then.
    """
    return Q(Exists(_blind_looks().filter(transaction_id=transaction))) | Q(
        Exists(_open_draws().filter(transaction_id=transaction))
    )


def may_see_opinion(user: Person, transaction_id: int) -> bool:
    """Whether score, outcome, reasons, verdicts and labels of this transaction may be shown."""
    return not hidden_among(user, [transaction_id])


def _blind_looks(*, without_judged_by: Person | None = None) -> QuerySet[ReviewItem, ReviewItem]:
    """What waits for a look that must be blind; a person who has judged it gets no other one."""
    looks = ReviewItem.objects.filter(
        resolution="", task__blind=True, task__status__in=ReviewTask.UNDECIDED
    )
    if without_judged_by is None:
        return looks
    judged = Verdict.objects.filter(
        item__transaction_id=OuterRef("transaction_id"), reviewer_id=without_judged_by.pk
    )
    return looks.filter(~Exists(judged))


def _open_draws() -> QuerySet[CaseRequest, CaseRequest]:
    """What the lot has drawn; it hides from the moment of the draw, before its case is open."""
    return CaseRequest.objects.filter(kind=CaseRequest.Kind.AUDIT, consumed_at=None)
