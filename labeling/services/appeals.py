"""Appeals: a second pair of eyes for a payment that was declined."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import OuterRef

from labeling.domain import appeals as rules
from labeling.domain import sentences
from labeling.domain.lifecycle import TaskKind
from labeling.domain.statements import CONFIRMS, AppealRecord
from labeling.models import Appeal, CustomerStatement, ReviewCase, ReviewItem
from labeling.selectors.blindness import may_see_opinion, waits_for_blind_look
from labeling.services.events import log
from labeling.services.labels import lock_transactions
from labeling.services.locking import lock_case
from labeling.services.rounds import open_round
from labeling.services.statements import payment_of
from scoring.access import LEAD, has_role
from scoring.domain.errors import Conflict, Forbidden
from scoring.models import Decision, Transaction
from scoring.selectors.decisions import final_outcome, newest_disposition

BATCH = 200


@transaction.atomic
def file_appeal(
    *, external_id: str, record: AppealRecord, filed_by: User, now: datetime
) -> tuple[Appeal, bool]:
    """Return the appeal and whether it is new; it waits for somebody else's decision.

    The same ticket again changes nothing. Raises NotFound, Forbidden (`kept_back`, `lead_needed`),
    Conflict (`conflict`, `appeal_open`), InvalidTransition (`not_declined`), InvalidRecord.
    """
    payment = payment_of(external_id)
    if not may_see_opinion(filed_by, payment.pk):
        raise Forbidden("kept_back", "You may be asked to judge this payment blind.")
    lock_transactions([payment.pk])
    if known := _known(payment, record):
        return known, False
    _check(payment, record, filed_by)
    appeal = _open_case(payment, record, filed_by, now)
    _ask(appeal, now)
    return appeal, True


def ask_for_appeals(*, now: datetime, limit: int = BATCH) -> int:
    """Put appeals before a person that waited for a blind look; return how many."""
    unasked = ReviewItem.objects.filter(kind=ReviewCase.Kind.APPEAL, resolution="", task=None)
    ready = unasked.filter(~waits_for_blind_look(OuterRef("transaction_id")))
    appeals = Appeal.objects.filter(case_id__in=ready.values("case_id")).order_by("pk")[:limit]
    return sum(_ask_later(appeal, now) for appeal in appeals)


def _known(payment: Transaction, record: AppealRecord) -> Appeal | None:
    """The appeal that this record repeats. Raises Conflict where the ticket said another."""
    if not record.reference:
        return None
    known = payment.appeals.filter(reference=record.reference).first()
    if known and (known.reason, known.new_evidence) != (record.reason, record.new_evidence):
        raise Conflict("conflict", "Another appeal stands under this ticket.")
    return known


def _check(payment: Transaction, record: AppealRecord, filed_by: User) -> None:
    decision = Decision.objects.filter(pk=payment.pk).first()
    resolutions = list(
        payment.review_items.filter(kind=ReviewCase.Kind.APPEAL).values_list(
            "resolution", flat=True
        )
    )
    rules.check_filing(
        outcome=final_outcome(decision, newest_disposition(payment.pk)) if decision else None,
        open_before="" in resolutions,
        decided_before=any(resolutions),
        lead=has_role(filed_by, LEAD),
        new_evidence=record.new_evidence,
    )


def _open_case(payment: Transaction, record: AppealRecord, filed_by: User, now: datetime) -> Appeal:
    case = ReviewCase.objects.create(kind=ReviewCase.Kind.APPEAL, opened_at=now)
    ReviewItem.objects.create(
        case=case,
        transaction=payment,
        kind=ReviewCase.Kind.APPEAL,
        why=sentences.why_appeal(record.new_evidence or record.reason),
        added_at=now,
    )
    appeal = Appeal.objects.create(
        transaction=payment,
        case=case,
        statement=_newest_confirmation(payment),
        reason=record.reason,
        new_evidence=record.new_evidence,
        reference=record.reference,
        filed_by=filed_by,
        filed_at=now,
    )
    log(case.pk, "appealed", now=now, actor_id=filed_by.pk, appeal=appeal.pk)
    return appeal


def _newest_confirmation(payment: Transaction) -> CustomerStatement | None:
    standing = payment.statements.filter(corrected_by=None, value=CONFIRMS)
    return standing.order_by("pk").last()


def _ask(appeal: Appeal, now: datetime) -> bool:
    """Open the look, unless it would tell somebody what they are to judge blind."""
    blind = waits_for_blind_look(appeal.transaction_id)
    if Transaction.objects.filter(blind, pk=appeal.transaction_id).exists():
        return False
    item = appeal.case.items.get()
    open_round(case=appeal.case, kind=TaskKind.APPEAL, items=[item], now=now)
    return True


def _ask_later(appeal: Appeal, now: datetime) -> bool:
    with transaction.atomic():
        lock_case(appeal.case_id)
        # Another sweep may have been quicker.
        return appeal.case.items.filter(task=None).exists() and _ask(appeal, now)
