"""The desk's calendar as the rules read it."""

from dataclasses import dataclass

from labeling.domain.calendar import Calendar, Shift
from labeling.models import ClosedDay, ReviewQueue, StaffedHours


@dataclass(frozen=True, slots=True)
class QueueClock:
    """How soon a queue wants its tasks decided, and by which calendar its minutes count."""

    sla_minutes: int
    calendar: Calendar


def desk_calendar() -> Calendar:
    """The staffed hours and closed days of the desk; two queries."""
    return Calendar(
        shifts=tuple(
            Shift(row.weekday, row.begins, row.ends, row.time_zone)
            for row in StaffedHours.objects.all()
        ),
        closed=frozenset(ClosedDay.objects.values_list("day", flat=True)),
    )


def queue_clocks() -> dict[int, QueueClock]:
    """The clock of each queue, by its id; three queries."""
    calendar = desk_calendar()
    return {
        row.pk: QueueClock(
            row.sla_minutes,
            calendar if row.off_hours == ReviewQueue.OffHours.PAUSE else Calendar(),
        )
        for row in ReviewQueue.objects.all()
    }
