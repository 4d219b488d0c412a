"""Writing the outbox: one statement a batch, in the database transaction of the facts themselves.

Where nobody subscribes to a type, nothing is written.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from django.db import connection, transaction

from scoring.domain.webhooks.bodies import DECISION_FINAL, STAGE_CHANGED
from scoring.models import Disposition, StageChange, Transaction
from scoring.selectors.decisions import FINAL
from scoring.selectors.webhooks.endpoints import is_subscribed
from scoring.services.wakeup import ring

DELIVER = "scoring.deliver_webhooks"
SUBSCRIBED = (
    "SELECT id FROM scoring_webhookendpoint"
    " WHERE deleted_at IS NULL AND disabled_at IS NULL AND %(type)s::text = ANY(events)"
)
# {news} gives one row an event: transaction, disposition, subject and data.
ANNOUNCE = """
WITH subscribed AS ({subscribed}), added AS (
    INSERT INTO scoring_webhookevent
        (type, occurred_at, transaction_id, disposition_id, subject, data)
    SELECT %(type)s, %(now)s, news.* FROM ({news}) AS news WHERE EXISTS (SELECT FROM subscribed)
    RETURNING id, subject
)
INSERT INTO scoring_webhookdelivery
    (endpoint_id, event_id, subject, state, attempts, next_attempt_at)
SELECT subscribed.id, added.id, added.subject, 'pending', 0, %(now)s
FROM added CROSS JOIN subscribed ORDER BY added.id
"""
DECIDED = ANNOUNCE.format(
    subscribed=SUBSCRIBED,
    news="SELECT id, NULL::bigint, 'payment ' || id, NULL::jsonb"
    " FROM unnest(%(ids)s::bigint[]) AS id",
)
ONE = ANNOUNCE.format(
    subscribed=SUBSCRIBED,
    news="SELECT %(transaction)s::bigint, %(disposition)s::bigint, %(subject)s, %(data)s::jsonb",
)


def announce_final_decisions(transaction_ids: Sequence[int], *, now: datetime) -> int:
    """Announce decisions that are final at once; return how many deliveries that makes.

    Call it once a batch, inside its database transaction, with the approved and the blocked,
    where somebody listens: whether anybody does, a batch asks with what it asks anyway.
    """
    if not transaction_ids:
        return 0
    values = {"type": DECISION_FINAL, "now": now, "ids": list(transaction_ids)}
    return _write(DECIDED, values)


def hold_order(transaction_ids: Sequence[int]) -> bool:
    """Make later dispositions of these payments wait for ours; return whether anybody listens.

    Without it, two dispositions at once could be announced in the order in which neither became
    the newest. Nobody waits where nobody subscribes.
    """
    if not transaction_ids or not is_subscribed(DECISION_FINAL):
        return False
    payments = Transaction.objects.filter(pk__in=transaction_ids).order_by("pk")
    list(payments.select_for_update(no_key=True).only("pk"))
    return True


def announce_disposition(disposition: Disposition) -> int:
    """Announce what a payment became, where that is final; return the number of deliveries."""
    if FINAL[Disposition.Action(disposition.action)] == "review":
        return 0
    return announce(
        type=DECISION_FINAL,
        subject=f"payment {disposition.transaction_id}",
        transaction_id=disposition.transaction_id,
        disposition_id=disposition.pk,
        now=disposition.disposed_at,
    )


def announce_stage_change(change: StageChange) -> int:
    """Announce that a model version moved; return the number of deliveries."""
    return announce(
        type=STAGE_CHANGED,
        subject="models",
        now=change.changed_at,
        data={
            "model_version": change.model_version.number,
            "from_stage": change.from_stage or None,
            "to_stage": change.to_stage,
            "share": change.share,
            "reason": change.reason,
            "changed_at": change.changed_at,
        },
    )


def announce(
    *,
    type: str,
    subject: str,
    now: datetime,
    data: Mapping[str, Any] | None = None,
    transaction_id: int | None = None,
    disposition_id: int | None = None,
) -> int:
    """Announce one fact to all who subscribe to its type; return the number of deliveries.

    Events with the same `subject` are delivered in the order in which they are announced.
    """
    values = {
        "type": type,
        "now": now,
        "subject": subject,
        "transaction": transaction_id,
        "disposition": disposition_id,
        "data": None if data is None else orjson.dumps(data, option=orjson.OPT_UTC_Z).decode(),
    }
    return _write(ONE, values) if is_subscribed(type) else 0


def _write(statement: str, values: Mapping[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        added: int = cursor.rowcount
    if added:
        transaction.on_commit(lambda: ring(DELIVER))
    return added
