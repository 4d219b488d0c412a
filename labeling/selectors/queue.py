"""The queue as a page or a program lists it: rows in expected serving order, counts, worth."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.contrib.auth.models import User
from django.db.models import Count, Min, Q, QuerySet, Sum

from labeling.domain.queue import DUE_SOON, Lane, interleave
from labeling.models import ReviewQueue, ReviewTask
from labeling.selectors.blindness import REVIEWER_ROLES
from labeling.selectors.desk import desk_settings, lane_shares
from scoring.access import LEAD, Person, has_role

OPEN, LEASED = ReviewTask.Status.OPEN, ReviewTask.Status.LEASED
# Audits and second looks share a name here: which of them a blind task is would say something.
BLIND = "blind"
TABS: Mapping[str, tuple[Lane, ...]] = {
    "": (Lane.DUE_SOON, Lane.VALUE, Lane.AUDIT, Lane.SECOND, Lane.LEARN),
    Lane.DUE_SOON: (Lane.DUE_SOON,),
    Lane.VALUE: (Lane.VALUE,),
    Lane.LEARN: (Lane.LEARN,),
    BLIND: (Lane.DUE_SOON, Lane.VALUE, Lane.AUDIT, Lane.SECOND, Lane.LEARN),
    Lane.ESCALATED: (Lane.ESCALATED,),
}
# What moves to the list of due soon when its time runs short.
TIMED = (Lane.VALUE, Lane.LEARN)
ORDERS = {Lane.DUE_SOON: ("due_at", "id")}
BY_RANK = ("-rank", "id")
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class QueueFilters:
    """What a reader narrows the queue to; empty means everything."""

    lane: str = ""
    queue: str = ""
    channel: str = ""
    min_amount: Decimal | None = None
    max_amount: Decimal | None = None
    due_within: timedelta | None = None
    free_only: bool = True


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Some tasks in serving order; `after` continues the list, None at its end."""

    tasks: tuple[ReviewTask, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """What waits now. Money in the reporting currency."""

    waiting: int
    held: int
    worth: Decimal
    due_soon: int
    late: int
    oldest_at: datetime | None
    reviewing: int
    reviewers: int
    by_tab: Mapping[str, int] = field(default_factory=dict)


def queue_page(
    *,
    filters: QueueFilters,
    reader: Person,
    now: datetime,
    after: str = "",
    size: int = PAGE_SIZE,
    shares: Mapping[Lane, float] | None = None,
) -> QueuePage:
    """The next rows in the order in which they are expected to be served.

    `after` is the cursor of the page before: how many rows of each lane lie behind. `shares` are
    the declared ones, where the caller has read them already.
    """
    lanes = tabs_of(reader).get(filters.lane, ())
    offsets = _offsets(lanes, after)
    rows = {
        lane: list(_lane(lane, filters, now)[offsets[lane] : offsets[lane] + size + 1])
        for lane in lanes
    }
    shares = shares or lane_shares(desk_settings())
    taken = interleave({lane: len(rows[lane]) for lane in lanes}, offsets, size, shares)
    tasks = []
    for lane in taken:
        tasks.append(rows[lane].pop(0))
        offsets[lane] += 1
    more = any(rows.values())
    return QueuePage(tuple(tasks), ".".join(str(offsets[lane]) for lane in lanes) if more else None)


def tabs_of(reader: Person) -> Mapping[str, tuple[Lane, ...]]:
    """The lists this reader may see; what was escalated is for leads."""
    if has_role(reader, LEAD):
        return {**TABS, "": (Lane.ESCALATED, *TABS[""])}
    return {name: lanes for name, lanes in TABS.items() if name != Lane.ESCALATED}


def fits_list(after: str, *, lane: str, reader: Person) -> bool:
    """Whether a page of that list has such a cursor: it counts rows of each of its lanes."""
    return not after or after.count(".") + 1 == len(tabs_of(reader).get(lane, ()))


def queue_figures(*, now: datetime) -> QueueFigures:
    """Counts and worth of everything that waits, in two queries."""
    soon = Q(due_at__lte=now + DUE_SOON, due_at__gt=now)
    later, shown = _later(now), Q(status=OPEN, blind=False)
    counted = ReviewTask.objects.filter(status__in=[OPEN, LEASED]).aggregate(
        waiting=Count("pk", filter=Q(status=OPEN)),
        held=Count("pk", filter=Q(status=LEASED)),
        worth=Sum("at_stake", filter=Q(status=OPEN)),
        due_soon=Count("pk", filter=Q(status=OPEN) & soon),
        late=Count("pk", filter=Q(status=OPEN, due_at__lte=now)),
        oldest_at=Min("opened_at", filter=Q(status=OPEN)),
        urgent=Count("pk", filter=shown & Q(lane__in=TIMED, due_at__lte=now + DUE_SOON)),
        value=Count("pk", filter=shown & Q(lane="value") & later),
        learn=Count("pk", filter=shown & Q(lane="learn") & later),
        blind=Count("pk", filter=Q(status=OPEN, blind=True) & ~Q(lane="escalated")),
        escalated=Count("pk", filter=Q(status=OPEN, lane="escalated")),
    )
    by_tab = {
        "": counted["waiting"] - counted["escalated"],
        Lane.DUE_SOON.value: counted.pop("urgent"),
        Lane.VALUE.value: counted.pop("value"),
        Lane.LEARN.value: counted.pop("learn"),
        BLIND: counted.pop("blind"),
        Lane.ESCALATED.value: counted.pop("escalated"),
    }
    reviewers = User.objects.filter(is_active=True, groups__name__in=REVIEWER_ROLES)
    return QueueFigures(
        **{**counted, "worth": counted["worth"] or Decimal(0)},
        reviewing=counted["held"],
        reviewers=reviewers.values("pk").distinct().count(),
        by_tab=by_tab,
    )


def queues() -> QuerySet[ReviewQueue]:
    """All queues in their order."""
    return ReviewQueue.objects.order_by("position")


def channels_in_queue(limit: int = 500) -> list[str]:
    """The channels of the newest open tasks; reading all of them would cost more than it tells."""
    newest = ReviewTask.objects.filter(status=OPEN).order_by("-pk")
    channels = newest.values_list("headline__channel", flat=True)[:limit]
    return sorted({channel for channel in channels if channel})


def _offsets(lanes: tuple[Lane, ...], after: str) -> dict[Lane, int]:
    # Longer ones come from no page of ours, and PostgreSQL could not count so far.
    parts = [int(part) for part in after.split(".") if part.isdecimal() and len(part) < 10]
    if len(parts) != len(lanes):
        parts = [0] * len(lanes)
    return dict(zip(lanes, parts, strict=True))


def _lane(lane: Lane, filters: QueueFilters, now: datetime) -> QuerySet[ReviewTask]:
    tasks = ReviewTask.objects.filter(status__in=[OPEN] if filters.free_only else [OPEN, LEASED])
    if lane is Lane.DUE_SOON:
        tasks = tasks.filter(lane__in=TIMED, due_at__lte=now + DUE_SOON)
    elif lane in TIMED:
        tasks = tasks.filter(_later(now), lane=lane)
    else:
        tasks = tasks.filter(lane=lane)
    if filters.lane and lane in (Lane.DUE_SOON, *TIMED):
        # A first look whose score is hidden by lot stands among the blind ones, or its list tells.
        tasks = tasks.filter(blind=filters.lane == BLIND)
    narrowed = _narrowed(tasks, filters, now)
    return narrowed.select_related("headline", "queue", "leased_by", "case").order_by(
        *ORDERS.get(lane, BY_RANK)
    )


def _later(now: datetime) -> Q:
    return Q(due_at__gt=now + DUE_SOON) | Q(due_at=None)


def _narrowed(
    tasks: QuerySet[ReviewTask], filters: QueueFilters, now: datetime
) -> QuerySet[ReviewTask]:
    if filters.queue:
        # Where audits of blocked payments lie would tell that they are.
        tasks = tasks.filter(queue__name=filters.queue, blind=False)
    if filters.channel:
        tasks = tasks.filter(headline__channel=filters.channel)
    if filters.min_amount is not None:
        tasks = tasks.filter(at_stake__gte=filters.min_amount)
    if filters.max_amount is not None:
        tasks = tasks.filter(at_stake__lt=filters.max_amount)
    if filters.due_within is not None:
        tasks = tasks.filter(due_at__lte=now + filters.due_within)
    return tasks
