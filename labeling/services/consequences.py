"""What follows from verdicts: labels, and dispositions of the payments."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from labeling.domain import appeals, dispositions
from labeling.domain.lifecycle import TaskKind, VerdictValue
from labeling.domain.linking import LINKED
from labeling.domain.resolution import Claim
from labeling.models import Label, ReviewCase, Verdict
from labeling.services.labels import record_labels
from scoring.domain.disposing import stage_after
from scoring.domain.errors import FieldError, InvalidRecord
from scoring.models import Disposition, Transaction, TransactionEvent
from scoring.selectors.decisions import final_outcome
from scoring.services import dispose


@dataclass(frozen=True, slots=True)
class PaymentState:
    """What a payment's outcome is now, dispositions included, and how far its money has moved."""

    outcome: str
    stage: str

    def choices(self, verdict: VerdictValue) -> tuple[str, ...]:
        """What may happen to it after this verdict, the obvious thing first."""
        return dispositions.choices(verdict, outcome=self.outcome, payment_stage=self.stage)


LABEL_VALUES = {
    VerdictValue.FRAUD: Label.Value.FRAUD,
    VerdictValue.LEGITIMATE: Label.Value.LEGITIMATE,
    VerdictValue.CANNOT_TELL: Label.Value.UNKNOWN,
}
SOURCES = {
    TaskKind.FIRST: Label.Source.VERDICT,
    TaskKind.AUDIT: Label.Source.VERDICT,
    TaskKind.SECOND: Label.Source.SECOND_REVIEW,
    TaskKind.ADJUDICATION: Label.Source.ADJUDICATION,
    TaskKind.APPEAL: Label.Source.APPEAL,
}


def add_labels(verdicts: Sequence[Verdict], kind: TaskKind, now: datetime) -> None:
    """Record what the verdicts claim as labels, known from now on."""
    record_labels(claims=[_claim(verdict, kind, now) for verdict in verdicts], now=now)


def dispose_by_verdicts(
    verdicts: Sequence[Verdict], *, chosen: str, blind: bool, now: datetime
) -> None:
    """Release, decline, void or refund the payments as their verdicts demand.

    `chosen` replaces the obvious disposition where it is possible; behind a blind verdict nobody
    chooses, because the choice itself would show what the machine has decided. Raises
    InvalidRecord for a disposition that fits none of the payments.
    """
    if chosen and blind:
        _refuse(chosen, "The payment's outcome is not known before a blind verdict.")
    fitting = 0
    states = payment_states([verdict.item.transaction for verdict in verdicts])
    for verdict in verdicts:
        payment = verdict.item.transaction
        possible = _possible(verdict, states[payment.pk])
        fitting += chosen in possible
        if possible:
            dispose(
                transaction=payment,
                action=chosen if chosen in possible else possible[0],
                cause=Disposition.Cause.APPEAL if _appealed(verdict) else Disposition.Cause.VERDICT,
                actor=verdict.reviewer,
                verdict_id=verdict.pk,
                note=verdict.note,
                now=now,
            )
    if chosen and not fitting:
        _refuse(chosen, f"None of these payments can be answered with {chosen}.")


def payment_states(payments: Sequence[Transaction]) -> dict[int, PaymentState]:
    """Where payments stand now, by id; two queries for any number of them."""
    ids = [payment.pk for payment in payments]
    newest = {
        disposition.transaction_id: disposition
        for disposition in Disposition.objects.filter(transaction_id__in=ids).order_by("pk")
    }
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


def _possible(verdict: Verdict, state: PaymentState) -> tuple[str, ...]:
    value = VerdictValue(verdict.value)
    if _appealed(verdict):
        return appeals.dispositions(value, outcome=state.outcome)
    return state.choices(value)


def _appealed(verdict: Verdict) -> bool:
    return verdict.item.kind == ReviewCase.Kind.APPEAL


def _overruled(verdict: Verdict) -> int | None:
    """The label that this verdict replaces: one's own first thought, or the customer's words.

    Whoever rejects an appeal has heard the customer and found otherwise.
    """
    if verdict.supersedes:
        return verdict.supersedes.label.pk
    if not _appealed(verdict) or verdict.value != VerdictValue.FRAUD:
        return None
    statement = verdict.item.case.appeal.statement
    standing = statement and not Label.objects.filter(supersedes=statement.label_id).exists()
    return statement.label_id if statement and standing else None


def _propensity(verdict: Verdict) -> float | None:
    """The probability of the route; nobody draws who appeals, or what is found by a link."""
    if _appealed(verdict) or verdict.presentation == LINKED:
        return None
    decision = verdict.item.transaction.decision
    audit = verdict.item.kind == ReviewCase.Kind.AUDIT
    return decision.audit_propensity if audit else decision.review_propensity


def _refuse(chosen: str, sentence: str) -> None:
    raise InvalidRecord([FieldError("disposition", "not_possible", sentence)], sentence)


def _claim(verdict: Verdict, kind: TaskKind, now: datetime) -> Claim:
    reason = verdict.reason_code
    return Claim(
        transaction_id=verdict.item.transaction_id,
        value=LABEL_VALUES[VerdictValue(verdict.value)],
        source=Label.Source.APPEAL if _appealed(verdict) else SOURCES[kind],
        known_at=now,
        occurred_at=now,
        verification=Label.Verification.OPINION,
        fraud_type=reason.fraud_type if reason else "",
        reason=reason.code if reason else "",
        reviewer_id=verdict.reviewer_id,
        verdict_id=verdict.pk,
        propensity=_propensity(verdict),
        supersedes_id=_overruled(verdict),
    )
