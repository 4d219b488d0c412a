"""A surge: for some hours payments go by their deadline, and checking waits."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import connection, transaction

from labeling.models import DeskAction, SurgeChange
from labeling.selectors.surge import surge_active
from labeling.services.leading.actions import checked_reason, record_action
from scoring.domain import wording
from scoring.domain.errors import FieldError, InvalidRecord, InvalidTransition

LONGEST_HOURS = 12
# Two leads who press at once must not both begin.
LOCK = "SELECT pg_advisory_xact_lock(hashtext('labeling surge'))"


@transaction.atomic
def start_surge(*, hours: int, reason: str, actor: User, now: datetime) -> SurgeChange:
    """Serve by deadline for so many hours; return the row that says so.

    Whatever has a deadline goes by it; checks are served past theirs, or when nothing else waits.
    Raises InvalidRecord, InvalidTransition (`surging_already`).
    """
    reason = checked_reason(reason)
    if not 1 <= hours <= LONGEST_HOURS:
        sentence = f"A surge lasts 1 to {LONGEST_HOURS} hours."
        raise InvalidRecord([FieldError("hours", "invalid", sentence)], sentence)
    _take_turn()
    if surge_active(now):
        raise InvalidTransition("surging_already", "A surge is on already.")
    length = wording.count(hours, "hour")
    return _change(True, f"Began a surge of {length}.", reason, actor, now, hours)


@transaction.atomic
def end_surge(*, reason: str, actor: User, now: datetime) -> SurgeChange:
    """Serve by the declared shares again. Raises InvalidRecord, InvalidTransition (`no_surge`)."""
    reason = checked_reason(reason)
    _take_turn()
    if not surge_active(now):
        raise InvalidTransition("no_surge", "No surge is on.")
    return _change(False, "Ended the surge.", reason, actor, now, None)


def _take_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK)


def _change(
    active: bool, sentence: str, reason: str, actor: User, now: datetime, hours: int | None
) -> SurgeChange:
    record_action(DeskAction.Kind.SURGE, actor=actor, sentence=sentence, reason=reason, now=now)
    return SurgeChange.objects.create(
        active=active,
        until=now + timedelta(hours=hours) if hours else None,
        actor=actor,
        reason=reason,
        changed_at=now,
    )
