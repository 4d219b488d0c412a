"""What a lead can do to held payments at once, without a verdict."""

from decimal import Decimal
from enum import StrEnum

from labeling.domain.authority import is_within
from scoring.domain.disposing import default_action


class Override(StrEnum):
    """Let them through, or turn them down; what that is depends on where their money is."""

    APPROVE = "approve"
    DECLINE = "decline"


def override_action(override: Override, *, outcome: str, payment_stage: str) -> str | None:
    """The disposition that it comes to; None where the payment allows none or has one already."""
    if outcome != "review":
        return None
    return default_action(
        fraud=override is Override.DECLINE, outcome=outcome, payment_stage=payment_stage
    )


def why_refused(
    *,
    task_status: str,
    holder: str,
    action: str | None,
    authority: Decimal | None,
    at_stake: Decimal,
) -> str:
    """Why a lead may not override one payment, in a sentence; empty where they may.

    `at_stake` is that of its whole case.
    """
    if task_status == "leased":
        return f"{holder} has it in hand."
    if task_status == "pending":
        return "It was decided a moment ago."
    if action is None:
        return "It is disposed of, or has ended by itself."
    if not is_within(authority, at_stake):
        return "More is at stake than you decide alone."
    return ""
