"""Who may see an opinion of which transaction: the one place that decides it.

An opinion is everything a blind verdict must not lean on: score, outcome, lane, rank, reasons,
dispositions, verdicts and labels. Whoever could be served a blind task sees none of it for that
transaction until their own verdict is recorded; a task that only a colleague could still take
hides nothing from those who take no tasks.
"""

from collections.abc import Collection

from django.db.models import QuerySet

from labeling.models import ReviewItem, ReviewTask
from scoring.access import ANALYST, LEAD, Person, has_role

REVIEWER_ROLES = (ANALYST, LEAD)
WAITING = (ReviewTask.Status.OPEN, ReviewTask.Status.LEASED)


def hidden_transactions(user: Person) -> "QuerySet[ReviewItem, int]":
    """Ids of the transactions whose opinions this person must not see now, as a subquery."""
    blind = ReviewItem.objects.filter(
        resolution="", task__blind=True, task__status__in=WAITING
    ).values_list("transaction_id", flat=True)
    if not has_role(user, *REVIEWER_ROLES):
        return blind.none()
    return blind.exclude(transaction__review_items__verdicts__reviewer_id=user.pk)


def hidden_among(user: Person, transaction_ids: Collection[int]) -> frozenset[int]:
    """Those of the given transactions whose opinions this person must not see; one query."""
    if not transaction_ids or not has_role(user, *REVIEWER_ROLES):
        return frozenset()
    return frozenset(hidden_transactions(user).filter(transaction_id__in=transaction_ids))


def may_see_opinion(user: Person, transaction_id: int) -> bool:
    """Whether score, outcome, reasons, verdicts and labels of this transaction may be shown."""
    return not hidden_among(user, [transaction_id])
