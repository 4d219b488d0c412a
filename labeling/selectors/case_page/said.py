"""What the customer of a payment says: a fact beside the others, with how we know it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from labeling.models import Appeal, CaseEvent, CustomerStatement, ReviewCase, ReviewItem

ASKED = "waiting_customer"


@dataclass(frozen=True, slots=True)
class Said:
    """The statements that nobody corrected, newest first, and the appeal of this case."""

    statements: Sequence[CustomerStatement]
    appeal: Appeal | None


def words_of(
    items: Sequence[ReviewItem], *, case_id: int, hidden: Collection[int]
) -> dict[int, list[dict[str, Any]]]:
    """What customers say of these payments, as programs read it, by transaction; two queries.

    Nothing of `hidden` ones, unless their case itself has asked the customer.
    """
    asked = bool(hidden) and CaseEvent.objects.filter(case_id=case_id, type=ASKED).exists()
    told: dict[int, list[dict[str, Any]]] = {item.transaction_id: [] for item in items}
    shown = [number for number in told if asked or number not in hidden]
    standing = CustomerStatement.objects.filter(transaction_id__in=shown, corrected_by=None)
    for statement in standing.order_by("pk"):
        told[statement.transaction_id].append(
            {
                "statement": statement.value,
                "channel": statement.channel,
                "verification": statement.verification,
                "note": statement.note,
                "occurred_at": statement.occurred_at,
            }
        )
    return told


def appeal_in(case: ReviewCase) -> dict[str, Any] | None:
    """The appeal that a case is about, as programs read it; None for every other case."""
    if case.kind != ReviewCase.Kind.APPEAL:
        return None
    appeal = case.appeal
    names = ("reason", "new_evidence", "filed_at")
    return {name: getattr(appeal, name) for name in names}


def said_of(transaction_id: int, *, case: ReviewCase, visible: bool) -> Said | None:
    """What the customer says, or None where it would tell a blind reviewer the answer.

    Where the case itself has asked the customer, whoever judges it reads the answer.
    """
    if not visible and not case.events.filter(type=ASKED).exists():
        return None
    statements = (
        CustomerStatement.objects.filter(transaction_id=transaction_id, corrected_by=None)
        .select_related("recorded_by")
        .order_by("-pk")
    )
    appeals = Appeal.objects.filter(case=case).select_related("filed_by")
    appeal = appeals.first() if case.kind == ReviewCase.Kind.APPEAL else None
    return Said(list(statements), appeal)
