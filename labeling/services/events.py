"""The history of a case: what happened, who did it."""

from datetime import datetime

from labeling.models import CaseEvent


def log(
    case_id: int, type: str, *, now: datetime, actor_id: int | None = None, **data: object
) -> None:
    """Add one event to a case; `data` must be JSON."""
    CaseEvent.objects.create(
        case_id=case_id, type=type, actor_id=actor_id, occurred_at=now, data=data
    )
