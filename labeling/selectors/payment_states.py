"""Where payments stand now, and what a verdict may do to them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from labeling.domain import dispositions
from labeling.domain.lifecycle import VerdictValue
from scoring.domain.disposing import stage_after
from scoring.models import Transaction, TransactionEvent
from scoring.selectors.decisions import final_outcome, newest_dispositions


@dataclass(frozen=True, slots=True)
class PaymentState:
    """What a payment's outcome is now, dispositions included, and how far its money has moved."""

    outcome: str
    stage: str

    def choices(self, verdict: VerdictValue) -> tuple[str, ...]:
        """What may happen to it after this verdict, the obvious thing first."""
        return dispositions.choices(verdict, outcome=self.outcome, payment_stage=self.stage)


def payment_states(payments: Sequence[Transaction]) -> dict[int, PaymentState]:
    """Where payments stand now, by id; two queries for any number of them."""
    ids = [payment.pk for payment in payments]
    newest = newest_dispositions(ids)
    events: dict[int, list[str]] = defaultdict(list)
    for id, type in (
        TransactionEvent.objects.filter(transaction_id__in=ids)
        .order_by("occurred_at", "pk")
        .values_list("transaction_id", "type")
    ):
        events[id].append(type)
    return {
        payment.pk: PaymentState(
            outcome=final_outcome(payment.decision, newest.get(payment.pk)),
            stage=stage_after(payment.payment_stage, events[payment.pk]),
        )
        for payment in payments
    }
