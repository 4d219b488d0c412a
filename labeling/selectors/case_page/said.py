"""What the customer of a payment says: a fact beside the others, with how we know it."""

from collections.abc import Sequence
from dataclasses import dataclass

from labeling.models import Appeal, CustomerStatement, ReviewCase


@dataclass(frozen=True, slots=True)
class Said:
    """The statements that nobody corrected, newest first, and the appeal of this case."""

    statements: Sequence[CustomerStatement]
    appeal: Appeal | None


def said_of(transaction_id: int, *, case: ReviewCase, visible: bool) -> Said | None:
    """What the customer says, or None where it would tell a blind reviewer the answer.

    Where the case itself has asked the customer, whoever judges it reads the answer.
    """
    if not visible and not case.events.filter(type="waiting_customer").exists():
        return None
    statements = (
        CustomerStatement.objects.filter(transaction_id=transaction_id, corrected_by=None)
        .select_related("recorded_by")
        .order_by("-pk")
    )
    appeals = Appeal.objects.filter(case=case).select_related("filed_by")
    appeal = appeals.first() if case.kind == ReviewCase.Kind.APPEAL else None
    return Said(list(statements), appeal)
