"""What follows from verdicts: labels, and dispositions of the payments."""

from collections.abc import Sequence
from datetime import datetime

from labeling.domain import dispositions
from labeling.domain.lifecycle import TaskKind, VerdictValue
from labeling.domain.resolution import Claim
from labeling.models import Label, ReviewCase, Verdict
from labeling.services.labels import record_labels
from scoring.domain.disposing import stage_after
from scoring.domain.errors import FieldError, InvalidRecord
from scoring.models import Disposition, Transaction
from scoring.selectors.decisions import final_outcome, newest_disposition
from scoring.services import dispose

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
    for verdict in verdicts:
        payment = verdict.item.transaction
        possible = possible_dispositions(payment, VerdictValue(verdict.value))
        fitting += chosen in possible
        if possible:
            dispose(
                transaction=payment,
                action=chosen if chosen in possible else possible[0],
                cause=Disposition.Cause.VERDICT,
                actor=verdict.reviewer,
                verdict_id=verdict.pk,
                note=verdict.note,
                now=now,
            )
    if chosen and not fitting:
        _refuse(chosen, f"None of these payments can be answered with {chosen}.")


def possible_dispositions(payment: Transaction, verdict: VerdictValue) -> tuple[str, ...]:
    """What may happen to a payment after this verdict, the obvious thing first."""
    events = payment.events.order_by("occurred_at", "id").values_list("type", flat=True)
    return dispositions.choices(
        verdict,
        outcome=final_outcome(payment.decision, newest_disposition(payment.pk)),
        payment_stage=stage_after(payment.payment_stage, list(events)),
    )


def _refuse(chosen: str, sentence: str) -> None:
    raise InvalidRecord([FieldError("disposition", "not_possible", sentence)], sentence)


def _claim(verdict: Verdict, kind: TaskKind, now: datetime) -> Claim:
    decision = verdict.item.transaction.decision
    audit = verdict.item.kind == ReviewCase.Kind.AUDIT
    reason = verdict.reason_code
    return Claim(
        transaction_id=verdict.item.transaction_id,
        value=LABEL_VALUES[VerdictValue(verdict.value)],
        source=SOURCES[kind],
        known_at=now,
        occurred_at=now,
        verification=Label.Verification.OPINION,
        fraud_type=reason.fraud_type if reason else "",
        reason=reason.code if reason else "",
        reviewer_id=verdict.reviewer_id,
        verdict_id=verdict.pk,
        propensity=decision.audit_propensity if audit else decision.review_propensity,
        supersedes_id=verdict.supersedes.label.pk if verdict.supersedes else None,
    )
