"""The desk's queues and calendar as the rules read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from labeling.domain.calendar import Calendar, Shift
from labeling.domain.queue import QueueRule
from labeling.models import ClosedDay, ReviewQueue, StaffedHours


@dataclass(frozen=True, slots=True)
class QueueClock:
    """How soon a queue wants its tasks decided, and by which calendar its minutes count."""

    sla_minutes: int
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Queues:
    """The rules of all queues in their order, the last one the residual; clocks by queue id."""

    rules: list[QueueRule]
    clocks: Mapping[int, QueueClock]


def desk_calendar() -> Calendar:
    """The staffed hours and closed days of the desk; two queries."""
    return Calendar(
        shifts=tuple(
            Shift(row.weekday, row.begins, row.ends, row.time_zone)
            for row in StaffedHours.objects.all()
        ),
        closed=frozenset(ClosedDay.objects.values_list("day", flat=True)),
    )


def queues_now() -> Queues:
    """How the queues share the tasks, and how soon they want them decided; three queries."""
    calendar = desk_calendar()
    rows = list(ReviewQueue.objects.order_by("position"))
    clocks = {
        row.pk: QueueClock(
            row.sla_minutes,
            calendar if row.off_hours == ReviewQueue.OffHours.PAUSE else Calendar(),
        )
        for row in rows
    }
    return Queues(rules=[_rule(row) for row in rows], clocks=clocks)


def residual_queue() -> int:
    """The id of the last queue, which takes what fits no other; one query."""
    return ReviewQueue.objects.values_list("pk", flat=True).latest("position")


def _rule(row: ReviewQueue) -> QueueRule:
    newer_than = row.new_customer_days
    return QueueRule(
        queue_id=row.pk,
        min_amount=row.min_amount,
        channels=frozenset(row.channels),
        countries=frozenset(row.countries),
        cross_border=row.cross_border,
        payment_methods=frozenset(row.payment_methods),
        customers_newer_than=None if newer_than is None else timedelta(days=newer_than),
        blocked_audits=row.blocked_audits,
    )
