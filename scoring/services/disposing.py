"""What happens to the money. A disposition is added; the decision stays as it was."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db.transaction import atomic

from scoring.domain.disposing import refuse_impossible, stage_after
from scoring.models import Disposition, Transaction
from scoring.services.webhooks.announcing import announce_disposition, hold_order


def dispose(
    *,
    transaction: Transaction,
    action: str,
    cause: str,
    now: datetime,
    actor: User | None = None,
    verdict_id: int | None = None,
    note: str = "",
) -> Disposition:
    """Add what happened to one payment and return it.

    The same verdict disposes once: a repeated call returns the first row. Raises
    InvalidTransition where the payment's stage does not allow the action.
    """
    if verdict_id is not None:
        known = Disposition.objects.filter(verdict_id=verdict_id).first()
        if known:
            return known
    refuse_impossible(action, payment_stage=_stage(transaction), cause=cause)
    with atomic(savepoint=False):
        heard = hold_order(transaction.pk)
        disposition = Disposition.objects.create(
            transaction=transaction,
            action=action,
            cause=cause,
            actor=actor,
            verdict_id=verdict_id,
            note=note,
            disposed_at=now,
        )
        if heard:
            announce_disposition(disposition)
    return disposition


def _stage(transaction: Transaction) -> str:
    """The stage of the payment now: as it came in, moved on by its events."""
    types: Sequence[str] = list(
        transaction.events.order_by("occurred_at", "id").values_list("type", flat=True)
    )
    return stage_after(transaction.payment_stage, types)
