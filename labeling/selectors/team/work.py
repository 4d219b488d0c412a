"""What waits against who is there: tasks that will miss their deadline, and the hours ahead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import mean

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce, ExtractHour

from labeling.domain.calendar import is_staffed, next_staffed
from labeling.domain.forecast import HourAhead, backlog_after, hours_ahead
from labeling.domain.queue import ANY_DEADLINE, DUE_SOON, Lane, expected_minutes
from labeling.domain.workload import Expected, WaitingTask, expect, pace
from labeling.models import ReviewItem, ReviewTask
from labeling.selectors.desk import desk_settings, lane_shares
from labeling.selectors.queue import TIMED
from labeling.selectors.staffing import desk_calendar
from labeling.selectors.surge import surge_active
from labeling.selectors.team.people import minutes_on_duty
from scoring.domain.policy import Costs, costs_from_row
from scoring.selectors.policies import active_policy

# Far more than a team decides in a day; what lies behind them does not change what comes first.
FORESEEN = 2_000
SHOWN = 12
LOOK_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class AtRisk:
    """A task that is expected to be decided `by` too much, or not at all (None)."""

    task: ReviewTask
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Workload:
    """The desk's work ahead. Minutes are of people, `blind` counts tasks that stay unnamed,
    `resting` those of paused queues, of which nothing is expected."""

    on_duty: int
    pace: float
    staffed: bool
    staffed_next: datetime | None
    waiting: int
    backlog: float
    foreseen: int
    resting: int
    late: int
    named: Sequence[AtRisk]
    blind: int
    hours: Sequence[HourAhead]
    left: float

    @property
    def arriving(self) -> float:
        """Minutes of work that are expected to arrive within the hours ahead."""
        return sum(hour.work for hour in self.hours)

    @property
    def capacity(self) -> float:
        """Minutes that those on duty can work within the hours ahead."""
        return sum(hour.capacity for hour in self.hours)

    @property
    def most(self) -> float:
        """The largest number of minutes of any hour, for the scale of a picture."""
        return max((max(hour.work, hour.capacity) for hour in self.hours), default=0.0)


def workload(*, now: datetime) -> Workload:
    """Expectations from the serving order, the people on duty and the calendar."""
    calendar, costs = desk_calendar(), costs_from_row(active_policy().costs)
    minutes = minutes_on_duty()
    paces = [pace(each) for each in minutes]
    tasks, blinded = _waiting(costs)
    surge = surge_active(now)
    expected = expect(
        tasks,
        paces=paces,
        calendar=calendar,
        now=now,
        shares=_shares(surge=surge),
        due_soon=ANY_DEADLINE if surge else DUE_SOON,
        timed=TIMED,
    )
    late = [one for one in expected if one.late]
    named, blind = _named(late, blinded)
    waiting = ReviewTask.objects.filter(status=ReviewTask.Status.OPEN).count()
    each = mean(task.minutes for task in tasks) if tasks else float(costs.review_minutes)
    backlog = waiting * each
    hours = hours_ahead(
        now=now,
        arrivals=_arrivals(now),
        minutes_each=each,
        minutes_per_day=minutes,
        calendar=calendar,
    )
    return Workload(
        on_duty=len(paces),
        pace=sum(paces),
        staffed=is_staffed(calendar, now),
        staffed_next=next_staffed(calendar, now),
        waiting=waiting,
        backlog=backlog,
        foreseen=len(tasks),
        resting=ReviewTask.objects.filter(
            status=ReviewTask.Status.OPEN, queue__paused_at__isnull=False
        ).count(),
        late=len(late),
        named=named,
        blind=blind,
        hours=hours,
        left=backlog_after(hours, backlog=backlog),
    )


def _shares(*, surge: bool) -> Mapping[str, float]:
    """The declared shares by lane. Leads are served what was escalated before all else; in a surge
    the deadline decides alone."""
    escalated = {Lane.ESCALATED.value: 1.0}
    if surge:
        return {Lane.DUE_SOON.value: 1.0, **escalated}
    declared = lane_shares(desk_settings())
    return {**{lane.value: share for lane, share in declared.items()}, **escalated}


def _waiting(costs: Costs) -> tuple[list[WaitingTask], set[int]]:
    """The tasks that are served first, by deadline and by rank, and which of them are blind."""
    opened = ReviewTask.objects.filter(status=ReviewTask.Status.OPEN, queue__paused_at=None)
    rows = {
        row[0]: row
        for order in (("due_at",), ("-rank", "pk"))
        for row in opened.order_by(*order).values_list(
            "pk", "lane", "rank", "due_at", _open_items(), "blind"
        )[:FORESEEN]
    }
    tasks = [
        WaitingTask(id, lane, rank, expected_minutes(number, costs), due_at)
        for id, lane, rank, due_at, number, _ in rows.values()
    ]
    return tasks, {id for id, *_, blind in rows.values() if blind}


def _open_items() -> Coalesce:
    """How many payments wait in a task; asked of those alone that are shown."""
    items = ReviewItem.objects.filter(task_id=OuterRef("pk"), resolution="").order_by()
    counted = items.values("task_id").annotate(number=Count("*")).values("number")
    return Coalesce(Subquery(counted), 0)


def _named(late: Sequence[Expected], blinded: set[int]) -> tuple[list[AtRisk], int]:
    """The most pressing late tasks. Blind ones are only counted: when they are served would tell
    what they are served for."""
    open_ones = [one for one in late if one.id not in blinded]
    by_id = {one.id: one for one in sorted(open_ones, key=_urgency)[:SHOWN]}
    tasks = ReviewTask.objects.filter(pk__in=by_id).order_by("due_at", "pk")
    named = tasks.select_related("queue", "headline")
    return [AtRisk(task, by_id[task.pk].decided_at) for task in named], len(late) - len(open_ones)


def _urgency(one: Expected) -> tuple[datetime, int]:
    assert one.due_at is not None  # what has no deadline is never late
    return one.due_at, one.id


def _arrivals(now: datetime) -> dict[int, float]:
    """Tasks per hour of the day, the mean of the last seven days (or of fewer, where the desk is
    younger)."""
    since = now - LOOK_BACK
    first = ReviewTask.objects.order_by("opened_at").values_list("opened_at", flat=True).first()
    days = max((now - max(since, first or now)) / timedelta(days=1), 1.0)
    counted = (
        ReviewTask.objects.filter(opened_at__gte=since, opened_at__lte=now)
        .annotate(hour=ExtractHour("opened_at", tzinfo=UTC))
        .values_list("hour")
        .annotate(Count("pk"))
        .order_by()
    )
    return {hour: number / days for hour, number in counted}
