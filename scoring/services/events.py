"""What the payment company tells of a payment after it came in."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection

from scoring.domain.errors import NotFound
from scoring.domain.events import EventRecord
from scoring.models import Transaction, TransactionEvent
from scoring.selectors.transactions import transaction_id_of


def record_event(
    *, external_id: str, event: EventRecord, now: datetime
) -> tuple[TransactionEvent, bool]:
    """Return the stored event and whether it is new: the same one again changes nothing.

    Labeling's sweep reads new events and closes work that they made moot. Raises NotFound.
    """
    transaction_id = transaction_id_of(external_id)
    if transaction_id is None:
        raise NotFound("not_found", "There is no transaction with this external_id.")
    return TransactionEvent.objects.get_or_create(
        transaction_id=transaction_id,
        type=event.type,
        occurred_at=event.occurred_at,
        defaults={"received_at": now},
    )


def record_events(*, events: Sequence[tuple[str, EventRecord]], now: datetime) -> int:
    """Record events by the external ids of their payments; return how many were new.

    Two queries for any number of them. Raises NotFound, and then none is recorded.
    """
    named = {external_id for external_id, _ in events}
    rows = Transaction.objects.filter(external_id__in=named)
    ids = dict(rows.values_list("external_id", "pk"))
    if unknown := named - ids.keys():
        raise NotFound("not_found", f"There is no transaction with external_id {min(unknown)}.")
    return add_events(((ids[external_id], event) for external_id, event in events), now=now)


def add_events(events: Iterable[tuple[int, EventRecord]], *, now: datetime) -> int:
    """Add events by the ids of their payments in one statement; return how many were new."""
    # In one order, or two senders of the same events would wait for each other.
    rows = sorted((id_, event.type, event.occurred_at) for id_, event in events)
    if not rows:
        return 0
    columns = [list(column) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO scoring_transactionevent (transaction_id, type, occurred_at, received_at)
            SELECT transaction_id, type, occurred_at, %s
            FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[])
                AS told (transaction_id, type, occurred_at)
            ON CONFLICT DO NOTHING
            """,
            [now, *columns],
        )
        return int(cursor.rowcount)
