"""Nothing lost, nothing doubled: a rate counts only if every payment has its one decision."""

from django.db import connection

_COUNTS = """
SELECT count(*), count(d.transaction_id), count(*) FILTER (WHERE d.degraded), count(q.*)
FROM scoring_transaction t
LEFT JOIN scoring_decision d ON d.transaction_id = t.id
LEFT JOIN scoring_queuedtransaction q ON q.transaction_id = t.id
WHERE t.external_id LIKE %s
"""


class Lost(RuntimeError):
    """The measurement is void: payments are missing, undecided or were decided by the fallback."""


def require_decided(prefix: str, sent: int) -> None:
    """Raise Lost unless exactly the sent payments are there, each decided once by the model."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [f"{prefix}-%"])
        stored, decided, degraded, queued = cursor.fetchone()
    if (stored, decided, degraded, queued) != (sent, sent, 0, 0):
        raise Lost(
            f"{sent} sent, {stored} stored, {decided} decided, {degraded} by the fallback, "
            f"{queued} still waiting"
        )
