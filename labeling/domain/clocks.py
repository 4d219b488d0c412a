"""How a deadline and a lease read on the desk."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from scoring.domain import wording

LAST_PART = 2 / 3
LEASE_SHORT = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Due:
    """Time left in words, its state ("", "soon", "late"), and the used share in [0, 1]."""

    words: str
    state: str
    share: float


def due(*, due_at: datetime, opened_at: datetime, now: datetime) -> Due:
    """The last third of the time is short; after it the task is late."""
    left = due_at - now
    if left <= timedelta(0):
        return Due(f"{wording.duration(left)} late", "late", 1.0)
    whole = max(due_at - opened_at, timedelta(seconds=1))
    share = min(max(1 - left / whole, 0.0), 1.0)
    return Due(wording.duration(left), "soon" if share >= LAST_PART else "", share)


def lease(*, until: datetime, now: datetime) -> Due:
    """Minutes; seconds only under two minutes, where they matter."""
    left = max(until - now, timedelta(0))
    if left >= LEASE_SHORT:
        return Due(wording.duration(left), "", 0.0)
    seconds = int(left.total_seconds())
    return Due(f"{seconds // 60}:{seconds % 60:02d}", "soon", 1.0)
