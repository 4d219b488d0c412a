"""A case that a lead is about to reopen."""

from django.db.models import Count

from labeling.models import ReviewCase
from scoring.domain.errors import NotFound


def closed_case(case_id: int) -> ReviewCase:
    """A case with the number of its payments as `payments`. Raises NotFound."""
    case = ReviewCase.objects.annotate(payments=Count("items")).filter(pk=case_id).first()
    if case is None:
        raise NotFound("unknown_case", "There is no such case.")
    return case
