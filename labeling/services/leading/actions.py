"""The row that each action of a lead leaves, and the reason that it needs."""

from datetime import datetime

from django.contrib.auth.models import User

from labeling.models import DeskAction
from scoring.domain.errors import FieldError, InvalidRecord

REASON_LENGTH = 200
SHORTEST_REASON = 5


def checked_reason(reason: str) -> str:
    """The reason without spaces around it. Raises InvalidRecord where it says nothing."""
    reason = reason.strip()
    if not SHORTEST_REASON <= len(reason) <= REASON_LENGTH or "\0" in reason:
        sentence = f"Say why, in {SHORTEST_REASON} to {REASON_LENGTH} characters."
        raise InvalidRecord([FieldError("reason", "required", sentence)], sentence)
    return reason


def record_action(
    kind: DeskAction.Kind,
    *,
    actor: User,
    sentence: str,
    now: datetime,
    reason: str = "",
    **data: object,
) -> DeskAction:
    """Add the row of an action; `data` must be JSON."""
    return DeskAction.objects.create(
        kind=kind, actor=actor, sentence=sentence, reason=reason, occurred_at=now, data=data
    )
