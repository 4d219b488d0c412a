"""Locks in the house's order: the case, then its task, then its items.

Every lock spares the key: foreign keys of events check the key at commit, and would otherwise wait
in the other direction.
"""

from labeling.models import ReviewCase, ReviewItem
from scoring.domain.errors import NotFound


def lock_case(case_id: int) -> ReviewCase:
    """Lock a case for this database transaction. Raises NotFound."""
    case = ReviewCase.objects.select_for_update(no_key=True).filter(pk=case_id).first()
    if case is None:
        raise NotFound("unknown_case", "There is no such case.")
    return case


def lock_case_of(task_id: int) -> ReviewCase:
    """Lock the case of a task for this database transaction. Raises NotFound."""
    cases = ReviewCase.objects.select_for_update(no_key=True, of=("self",))
    case = cases.filter(tasks=task_id).first()
    if case is None:
        raise NotFound("unknown_task", "There is no such task.")
    return case


def lock_checks_beside(case: ReviewCase) -> None:
    """Lock the checks of a case's payments, after the case and before anything of the payments."""
    checks = ReviewItem.objects.filter(
        kind=ReviewCase.Kind.CHECK, transaction_id__in=case.items.values("transaction_id")
    )
    others = ReviewCase.objects.filter(pk__in=checks.values("case_id")).exclude(pk=case.pk)
    list(others.select_for_update(no_key=True).order_by("pk"))
