"""What customers said of payments, read back."""

from collections.abc import Sequence
from typing import Any

from labeling.models import CustomerStatement


def statements_of(transaction_id: int) -> Sequence[CustomerStatement]:
    """All statements about one payment, oldest first; corrected ones have `corrected_by`."""
    return list(
        CustomerStatement.objects.filter(transaction_id=transaction_id)
        .select_related("recorded_by", "corrected_by")
        .order_by("pk")
    )


def statement_answer(statement: CustomerStatement) -> dict[str, Any]:
    """A statement as programs read it."""
    return {
        "id": statement.pk,
        "external_id": statement.transaction.external_id,
        "statement": statement.value,
        "channel": statement.channel,
        "verification": statement.verification,
        "reference": statement.reference,
        "note": statement.note,
        "occurred_at": statement.occurred_at,
        "recorded_by": statement.recorded_by.get_username(),
        "recorded_at": statement.recorded_at,
        "corrects": statement.supersedes_id,
    }
