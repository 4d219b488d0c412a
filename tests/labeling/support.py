"""Declined payments and the people who speak with their customers, for tests of support."""

from datetime import datetime
from typing import Any

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.domain.statements import AppealRecord, StatementRecord
from labeling.models import Appeal, CustomerStatement, ReviewTask, Verdict
from scoring.models import Transaction
from tests.labeling.payments import decide, hold, pay

FRAUD = Judgement(VerdictValue.FRAUD, "stolen_card")
LEGITIMATE = Judgement(VerdictValue.LEGITIMATE)
CANNOT_TELL = Judgement(VerdictValue.CANNOT_TELL)


def judge(reviewer: Any, judgement: Judgement, *, now: datetime) -> list[Verdict]:
    """Claim the next task of this reviewer and say this of it."""
    task = services.claim_task(reviewer=reviewer, now=now)
    assert task is not None
    return services.record_verdict(
        task_id=task.pk, token=task.token, reviewer=reviewer, judgements=judgement, now=now
    )


def decline(reviewer: Any, *, now: datetime, **fields: Any) -> Transaction:
    """A payment that was held, and declined by this reviewer."""
    payment: Transaction = hold(now=now, **fields)
    services.open_cases(now=now)
    judge(reviewer, FRAUD, now=now)
    return payment


def block(*, now: datetime, **fields: Any) -> Transaction:
    """A payment that the score declined at once."""
    payment = pay(now=now, **fields)
    decide(payment, "block", now=now, probability=0.97)
    return payment


def say(
    payment: Transaction, statement: str, by: Any, *, now: datetime, **fields: Any
) -> CustomerStatement:
    """Record what the customer says of a payment, by phone and with documents."""
    record = StatementRecord(
        **{
            "statement": statement,
            "channel": "phone",
            "verification": "documents",
            "note": "Sent a bill.",
            **fields,
        }
    )
    stored, _ = services.record_statement(
        external_id=payment.external_id, record=record, recorded_by=by, now=now
    )
    return stored


def appeal(payment: Transaction, by: Any, *, now: datetime, **fields: Any) -> Appeal:
    """File an appeal for this payment."""
    record = AppealRecord(**{"reason": "It was me, at my usual shop.", **fields})
    filed, _ = services.file_appeal(
        external_id=payment.external_id, record=record, filed_by=by, now=now
    )
    return filed


def task_of(filed: Appeal) -> ReviewTask:
    """The look that this appeal waits for."""
    return filed.case.tasks.latest("round")
