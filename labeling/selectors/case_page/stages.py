"""How far the money of a payment has moved, in words."""

from collections.abc import Sequence

from scoring.domain.disposing import stage_after
from scoring.models import Decision, Disposition, Transaction, TransactionEvent
from scoring.selectors.decisions import final_outcome

OUTCOME_WORDS = {"review": "Held", "approve": "Approved", "block": "Declined"}
STAGE_WORDS = {
    "pre_authorization": "not yet authorized",
    "authorized": "authorized",
    "captured": "captured",
    "issuer_declined": "declined by the issuer",
    "cancelled": "cancelled",
    "refunded": "refunded",
}


def stage_as_it_came_in(payment: Transaction) -> str:
    """Before a blind verdict: what came later would show what the machine decided."""
    return f"{STAGE_WORDS[payment.payment_stage].capitalize()} when it came in"


def stage_now(payment: Transaction, decision: Decision, dispositions: Sequence[Disposition]) -> str:
    """What became of the payment so far, and where its money is: "Held; authorized"."""
    newest = dispositions[-1] if dispositions else None
    events = TransactionEvent.objects.filter(transaction=payment).order_by("occurred_at", "pk")
    stage = stage_after(payment.payment_stage, list(events.values_list("type", flat=True)))
    return f"{OUTCOME_WORDS[final_outcome(decision, newest)]}; {STAGE_WORDS[stage]}"
