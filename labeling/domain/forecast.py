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
    minutes_per_day: Sequence[int],
    calendar: Calendar,
) -> Sequence[HourAhead]:
    """The next 24 hours, from the running one on.

    `arrivals` are cases per hour of the day (0 to 23, UTC). Each person's minutes of a day are
    spread over the staffed time of these hours.
    """
    first = now.replace(minute=0, second=0, microsecond=0)
    begins = [first + number * HOUR for number in range(HOURS)]
    staffed = [staffed_minutes(calendar, since=hour, until=hour + HOUR) for hour in begins]
    day = sum(staffed)
    share = sum(min(minutes, day) for minutes in minutes_per_day) / day if day else 0.0
    return [
        HourAhead(hour, arrivals.get(hour.hour, 0.0) * minutes_each, minutes * share)
        for hour, minutes in zip(begins, staffed, strict=True)
    ]


def backlog_after(hours: Sequence[HourAhead], *, backlog: float) -> float:
    """Minutes of work that are left after these hours, of what waits now and what arrives."""
    for hour in hours:
        backlog = max(backlog + hour.work - hour.capacity, 0.0)
    return backlog
