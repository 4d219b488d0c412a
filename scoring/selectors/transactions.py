"""Transactions by the names their senders know."""

from scoring.domain import keys
from scoring.models import Transaction


def transaction_id_of(external_id: str) -> int | None:
    """Return the row of an external id as it came in an address, or None."""
    wanted = keys.normalised(external_id)
    # PostgreSQL refuses the zero character, so no such id can be stored.
    if not wanted or len(wanted) > keys.MAX_LENGTH or keys.has_unseen(wanted):
        return None
    rows = Transaction.objects.filter(external_id=wanted)
    return rows.values_list("pk", flat=True).first()
