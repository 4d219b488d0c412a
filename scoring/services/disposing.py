"""What happens to the money. A disposition is added; the decision stays as it was."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db.transaction import atomic

from scoring.domain.disposing import refuse_impossible, stage_after
from scoring.models import Disposition, Transaction, TransactionEvent
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
    row = Disposition(
        transaction=transaction,
        action=action,
        cause=cause,
        actor=actor,
        verdict_id=verdict_id,
        note=note,
        disposed_at=now,
    )
    return dispose_all([row])[0]


def dispose_all(rows: Sequence[Disposition]) -> list[Disposition]:
    """Add unsaved dispositions as `dispose` adds one; return those that are stored.

    Takes the same number of queries for any number of them.
    """
    by_verdict = [row.verdict_id for row in rows if row.verdict_id is not None]
    known = {row.verdict_id: row for row in Disposition.objects.filter(verdict_id__in=by_verdict)}
    new = [row for row in rows if row.verdict_id is None or row.verdict_id not in known]
    stages = _stages([row.transaction for row in new])
    for row in new:
        stage = stages[row.transaction_id]
        refuse_impossible(row.action, payment_stage=stage, cause=row.cause)
    with atomic(savepoint=False):
        heard = hold_order([row.transaction_id for row in new])
        Disposition.objects.bulk_create(new)
        for row in new if heard else ():
            announce_disposition(row)
    return [known.get(row.verdict_id, row) for row in rows]


def _stages(transactions: Sequence[Transaction]) -> dict[int, str]:
    """The stages of payments now, by id: as each came in, moved on by its events."""
    types: dict[int, list[str]] = defaultdict(list)
    events = TransactionEvent.objects.filter(transaction__in=transactions)
    for id_, type in events.order_by("occurred_at", "id").values_list("transaction_id", "type"):
        types[id_].append(type)
    return {each.pk: stage_after(each.payment_stage, types[each.pk]) for each in transactions}
