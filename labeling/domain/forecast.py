"""How much work is expected by the hour, against the minutes of those who are there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from labeling.domain.calendar import Calendar, staffed_minutes

HOUR = timedelta(hours=1)
HOURS = 24


@dataclass(frozen=True, slots=True)
class HourAhead:
    """One coming hour: expected minutes of work that arrives, and minutes that can be worked."""

    begins: datetime
    work: float
    capacity: float


def hours_ahead(
    *,
    now: datetime,
    arrivals: Mapping[int, float],
    minutes_each: float,
    pace: float,
    calendar: Calendar,
) -> Sequence[HourAhead]:
    """The next 24 hours, from the running one on.

    `arrivals` are cases per hour of the day (0 to 23, UTC), `pace` is how many people review all
    of the time: two who review half of it count as one.
    """
    first = now.replace(minute=0, second=0, microsecond=0)
    hours = []
    for number in range(HOURS):
        begins = first + number * HOUR
        staffed = staffed_minutes(calendar, since=begins, until=begins + HOUR)
        work = arrivals.get(begins.hour, 0.0) * minutes_each
        hours.append(HourAhead(begins, work, staffed * pace))
    return hours


def backlog_after(hours: Sequence[HourAhead], *, backlog: float) -> float:
    """Minutes of work that are left after these hours, of what waits now and what arrives."""
    for hour in hours:
        backlog = max(backlog + hour.work - hour.capacity, 0.0)
    return backlog
