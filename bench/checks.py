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


# So many may be answered by the fallback, because the machine itself stood still; they are told.
DEGRADED_SHARE = 0.001


def require_decided(prefix: str, sent: int) -> int:
    """Raise Lost unless exactly the sent payments are there, each decided once, by the model.

    Return how many the fallback had to decide after the time budget; more than one in a thousand
    is Lost, too.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [f"{prefix}-%"])
        stored, decided, degraded, queued = cursor.fetchone()
    complete = (stored, decided, queued) == (sent, sent, 0)
    if not complete or degraded > DEGRADED_SHARE * sent:
        raise Lost(
            f"{sent} sent, {stored} stored, {decided} decided, {degraded} by the fallback, "
            f"{queued} still waiting"
        )
    return int(degraded)


_CASES = """
SELECT
    (SELECT count(*) FROM scoring_decision WHERE outcome = 'review' OR audited),
    (SELECT count(*) FROM scoring_caserequest WHERE consumed_at IS NOT NULL),
    (SELECT count(DISTINCT case_request_id) FROM labeling_reviewitem)
"""


def require_cases() -> None:
    """Raise Lost unless each decision that needs a person has its one item in the queue."""
    with connection.cursor() as cursor:
        cursor.execute(_CASES)
        needed, consumed, items = cursor.fetchone()
    if not needed == consumed == items:
        raise Lost(f"{needed} need a person, {consumed} requests consumed, {items} items")
