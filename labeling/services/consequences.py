"""What follows from verdicts: labels, and dispositions of the payments."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from labeling.domain import appeals
from labeling.domain.lifecycle import TaskKind, VerdictValue
from labeling.domain.linking import LINKED
from labeling.domain.resolution import Claim
from labeling.models import Label, ReviewCase, ReviewItem, Verdict
from labeling.selectors.payment_states import PaymentState, payment_states
from labeling.services.labels import record_labels
from scoring.domain.errors import FieldError, InvalidRecord
from scoring.models import Disposition
from scoring.services import dispose_all

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


def check_disposition(
    judged: Sequence[tuple[ReviewItem, VerdictValue]], *, chosen: str, blind: bool
) -> None:
    """Raises InvalidRecord where the chosen disposition fits none of the payments.

    Behind a blind verdict nobody chooses, because the choice itself would show what the machine
    has decided.
    """
    if not chosen:
        return
    if blind:
        _refuse("The payment's outcome is not known before a blind verdict.")
    states = payment_states([item.transaction for item, _ in judged])
    if not any(chosen in _possible(item, value, states) for item, value in judged):
        _refuse(f"None of these payments can be answered with {chosen}.")


def dispose_by_verdicts(verdicts: Sequence[Verdict], *, chosen: str, now: datetime) -> None:
    """Release, decline, void or refund the payments as their verdicts demand.

    `chosen` replaces the obvious disposition where it is possible.
    """
    states = payment_states([verdict.item.transaction for verdict in verdicts])
    cases = [(v, _possible(v.item, VerdictValue(v.value), states)) for v in verdicts]
    demanded = [
        Disposition(
            transaction=verdict.item.transaction,
            action=chosen if chosen in possible else possible[0],
            cause=Disposition.Cause.APPEAL if _appealed(verdict) else Disposition.Cause.VERDICT,
            actor=verdict.reviewer,
            verdict_id=verdict.pk,
            note=verdict.note,
            disposed_at=now,
        )
        for verdict, possible in cases
        if possible
    ]
    if demanded:
        dispose_all(demanded)


def _possible(
    item: ReviewItem, value: VerdictValue, states: Mapping[int, PaymentState]
) -> tuple[str, ...]:
    state = states[item.transaction_id]
    if item.kind == ReviewCase.Kind.APPEAL:
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
    """The probability of the route; nobody draws who appeals, or what is found by a link.

    A check has none: its payment entered by the route of the verdict that is checked. With a
    probability of its own it would enter a second time, in the window in which it was checked.
    How likely the check was stands with its draw, for figures about reviewers.
    """
    check = verdict.item.kind == ReviewCase.Kind.CHECK
    if check or _appealed(verdict) or verdict.presentation == LINKED:
        return None
    decision = verdict.item.transaction.decision
    audit = verdict.item.kind == ReviewCase.Kind.AUDIT
    return decision.audit_propensity if audit else decision.review_propensity


def _refuse(sentence: str) -> None:
    raise InvalidRecord([FieldError("disposition", "not_possible", sentence)], sentence)


def _claim(verdict: Verdict, kind: TaskKind, now: datetime) -> Claim:
    reason = verdict.reason_code
    return Claim(
        transaction_id=verdict.item.transaction_id,
        value=LABEL_VALUES[VerdictValue(verdict.value)],
        source=Label.Source.APPEAL if _appealed(verdict) else SOURCES[kind],
        known_at=now,
        occurred_at=now,
        verification=verdict.verification,
        fraud_type=reason.fraud_type if reason else "",
        reason=reason.code if reason else "",
        reviewer_id=verdict.reviewer_id,
        verdict_id=verdict.pk,
        propensity=_propensity(verdict),
        supersedes_id=_overruled(verdict),
    )
