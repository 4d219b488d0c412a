"""What the payment company tells of a payment after it came in."""

from datetime import datetime

from scoring.domain.errors import NotFound
from scoring.domain.events import EventRecord
from scoring.models import TransactionEvent
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
