"""What the requests say."""

from typing import Any

from scoring.domain.webhooks import bodies
from scoring.models import WebhookEvent
from scoring.selectors.answers import answer_of


def body_of(event: WebhookEvent) -> bytes:
    """Return the body of an event: the same bytes whenever it is asked.

    No query where the event was read with its payment, decision and disposition.
    """
    return bodies.body(
        id=event.name,
        type=event.type,
        occurred_at=event.occurred_at,
        cause=_cause(event),
        data=_data(event),
    )


def _data(event: WebhookEvent) -> dict[str, Any]:
    if event.transaction is None or event.data is not None:
        return dict(event.data or {})
    disposition = event.disposition
    return answer_of(event.transaction.decision, disposition.action if disposition else None)


def _cause(event: WebhookEvent) -> str:
    if event.disposition is not None:
        return event.disposition.cause
    return bodies.AT_ONCE if event.type == bodies.DECISION_FINAL else ""
