"""What a customer says of a payment: kept, labelled, and put before whoever waits for it."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from labeling.domain import statements as rules
from labeling.domain.resolution import Claim
from labeling.domain.statements import StatementRecord
from labeling.models import CustomerStatement, Label, ReviewCase, ReviewTask
from labeling.services.events import log
from labeling.services.labels import lock_transactions, record_labels
from labeling.services.waiting import resume_case
from scoring.domain.errors import Conflict, InvalidTransition, NotFound
from scoring.models import Transaction
from scoring.selectors.transactions import transaction_id_of

ANSWERS = {"confirms": "it was me", "denies": "it was not me"}


@transaction.atomic
def record_statement(
    *, external_id: str, record: StatementRecord, recorded_by: User, now: datetime
) -> tuple[CustomerStatement, bool]:
    """Return the stored statement and whether it is new.

    It becomes a label, a case that waits for its customer goes back into the queue, and the
    open cases of the payment show it. The same statement under the same ticket again changes
    nothing. Raises NotFound, Conflict (`conflict`) for another statement under the same ticket,
    and InvalidTransition (`already_corrected`).
    """
    payment = payment_of(external_id)
    # Cases before their payments, in the order in which verdicts lock them.
    cases = _lock_open_cases(payment)
    lock_transactions([payment.pk])
    if known := _known(payment, record):
        return known, False
    corrected = _corrected(payment, record)
    statement = CustomerStatement.objects.create(
        transaction=payment,
        value=record.statement,
        channel=record.channel,
        verification=record.verification,
        reference=record.reference,
        note=record.note,
        occurred_at=record.occurred_at or now,
        recorded_by=recorded_by,
        recorded_at=now,
        label=_label(payment, record, corrected, recorded_by, now),
        supersedes=corrected,
    )
    for case in cases:
        _tell_case(case, statement, now)
    return statement, True


def payment_of(external_id: str) -> Transaction:
    """The payment of an external id. Raises NotFound."""
    number = transaction_id_of(external_id)
    if number is None:
        raise NotFound("not_found", "There is no transaction with this external_id.")
    return Transaction.objects.get(pk=number)


def _lock_open_cases(payment: Transaction) -> Sequence[ReviewCase]:
    open_cases = payment.review_items.filter(resolution="").values("case_id")
    return list(
        ReviewCase.objects.select_for_update(no_key=True).filter(pk__in=open_cases).order_by("pk")
    )


def _known(payment: Transaction, record: StatementRecord) -> CustomerStatement | None:
    """The statement that this record repeats. Raises Conflict where the ticket said another."""
    if record.corrects:
        known = payment.statements.filter(supersedes_id=record.corrects).first()
        same = known is not None and _says_the_same(known, record)
        if known and not same:
            raise InvalidTransition("already_corrected", "This statement was corrected already.")
        return known
    if not record.reference:
        return None
    known = payment.statements.filter(reference=record.reference, supersedes=None).first()
    if known and not _says_the_same(known, record):
        raise Conflict(
            "conflict",
            "Another statement stands under this ticket; say which one this one corrects.",
        )
    return known


def _says_the_same(known: CustomerStatement, record: StatementRecord) -> bool:
    said = (record.statement, record.channel, record.verification, record.reference, record.note)
    told = (known.value, known.channel, known.verification, known.reference, known.note)
    return said == told and record.occurred_at in (None, known.occurred_at)


def _corrected(payment: Transaction, record: StatementRecord) -> CustomerStatement | None:
    if not record.corrects:
        return None
    corrected = payment.statements.filter(pk=record.corrects).first()
    if corrected is None:
        raise NotFound("unknown_statement", "This payment has no such statement.")
    return corrected


def _label(
    payment: Transaction,
    record: StatementRecord,
    corrected: CustomerStatement | None,
    recorded_by: User,
    now: datetime,
) -> Label:
    claim = Claim(
        transaction_id=payment.pk,
        value=rules.LABELS[record.statement],
        source=Label.Source.CUSTOMER_CONFIRMATION,
        known_at=now,
        verification=record.verification,
        occurred_at=record.occurred_at or now,
        reviewer_id=recorded_by.pk,
        supersedes_id=_standing_label(corrected),
    )
    record_labels(claims=[claim], now=now)
    # The payment is locked against other labels, so the newest one is this one.
    return payment.labels.latest("pk")


def _standing_label(corrected: CustomerStatement | None) -> int | None:
    """The label that a correction replaces; none where an appeal has overruled it already."""
    if corrected is None or Label.objects.filter(supersedes=corrected.label_id).exists():
        return None
    return corrected.label_id


def _tell_case(case: ReviewCase, statement: CustomerStatement, now: datetime) -> None:
    log(
        case.pk,
        "customer_statement",
        now=now,
        actor_id=statement.recorded_by_id,
        statement=statement.pk,
    )
    if case.tasks.filter(status=ReviewTask.Status.WAITING).exists():
        resume_case(
            case_id=case.pk,
            now=now,
            reason=f"The customer says: {ANSWERS[statement.value]}.",
            actor=statement.recorded_by,
        )
