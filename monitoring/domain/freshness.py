"""How old a report is, when the next one is due, and when its age is a fault."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Freshness:
    """`late` says that the report after this one should be here by now."""

    as_of: datetime
    next_at: datetime
    every: timedelta
    late: bool


def freshness(*, as_of: datetime, now: datetime, every: timedelta) -> Freshness:
    """The age of a report of which there should be one `every` so long.

    It takes time to compute one, and a busy worker may skip one: late is what is older than twice
    that time.
    """
    return Freshness(as_of, as_of + every, every, now - as_of > 2 * every)
