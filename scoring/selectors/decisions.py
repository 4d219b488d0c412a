"""Decisions and what finally became of the payments."""

from collections.abc import Collection
from datetime import datetime

from scoring.models import Decision, Disposition, Outcome

# What each disposition means for the payment.
FINAL = {
    Disposition.Action.RELEASE: "approve",
    Disposition.Action.DECLINE: "block",
    Disposition.Action.VOID: "block",
    Disposition.Action.REFUND: "block",
    Disposition.Action.STEP_UP: "review",
}


def reviews_decided_since(moment: datetime, *, most: int) -> int:
    """Return how many decisions since then asked for a review; counting stops at `most`."""
    reviews = Decision.objects.filter(decided_at__gte=moment, outcome=Outcome.REVIEW)
    return reviews.order_by("decided_at")[:most].count()


def final_outcome(decision: Decision, newest: Disposition | None) -> str:
    """Return approve, block, or review while nothing final is known.

    `newest` is the newest Disposition of the payment. A voided or refunded payment was declined
    in the end, whatever the machine had said.
    """
    return FINAL[Disposition.Action(newest.action)] if newest else decision.outcome


def newest_disposition(transaction_id: int) -> Disposition | None:
    """Return the newest disposition of a payment, or None."""
    return Disposition.objects.filter(transaction_id=transaction_id).order_by("id").last()


def newest_dispositions(transaction_ids: Collection[int]) -> dict[int, Disposition]:
    """Return the newest disposition of each of the payments that has one, by id of the payment."""
    dispositions = Disposition.objects.filter(transaction_id__in=transaction_ids).order_by("pk")
    return {disposition.transaction_id: disposition for disposition in dispositions}
