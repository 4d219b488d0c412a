"""Two clocks of a task: when its payments are disposed of, and how soon its queue wants it."""

from datetime import datetime, timedelta

from labeling.domain.calendar import Calendar, add_staffed_minutes

LONGEST_WAIT = timedelta(hours=24)


def due_at(
    *,
    disposed_at: datetime | None,
    opened_at: datetime,
    sla_minutes: int,
    calendar: Calendar,
) -> datetime | None:
    """The earlier of the two; None where neither ever comes.

    `disposed_at` is the earliest hour at which a payment of the task is disposed of without a
    verdict. It stands still for nobody's night: the merchant waits. The queue's minutes count by
    its calendar, and when they are over the task is late and nothing else happens.
    """
    wanted = add_staffed_minutes(calendar, opened_at, sla_minutes)
    return min((moment for moment in (disposed_at, wanted) if moment), default=None)


def resumes_at(*, now: datetime, disposed_at: datetime | None) -> datetime:
    """Until when a task waits for the customer: a day, or half of the time that is left."""
    latest = now + LONGEST_WAIT
    if disposed_at is None:
        return latest
    return min(latest, now + max(disposed_at - now, timedelta(0)) / 2)
