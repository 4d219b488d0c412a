"""When the desk is staffed, and how long a number of staffed minutes takes on the clock."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
# A desk that nobody staffs for so long has no staffed hours at all.
HORIZON = timedelta(days=370)

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Shift:
    """Staffed hours of one weekday (0 is Monday) on the clocks of `zone`.

    A shift that does not end after it begins goes on past midnight: 22:00 to 06:00 is a night,
    00:00 to 00:00 a whole day.
    """

    weekday: int
    begins: time
    ends: time
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Shifts, and days on which no shift begins. Without any shift the desk is always staffed."""

    shifts: tuple[Shift, ...] = ()
    closed: frozenset[date] = field(default_factory=frozenset)


def staffed_spans(calendar: Calendar, *, since: datetime, until: datetime) -> Sequence[Span]:
    """The staffed times in [since, until), in order, joined where they touch; in UTC."""
    return list(_joined(_clipped(calendar, since, until)))


def staffed_minutes(calendar: Calendar, *, since: datetime, until: datetime) -> float:
    """How many staffed minutes lie in [since, until)."""
    spans = staffed_spans(calendar, since=since, until=until)
    return sum((ends - begins).total_seconds() for begins, ends in spans) / 60


def is_staffed(calendar: Calendar, moment: datetime) -> bool:
    """Whether somebody is meant to be at the desk at this moment."""
    return bool(staffed_spans(calendar, since=moment, until=moment + timedelta(microseconds=1)))


def add_staffed_minutes(calendar: Calendar, moment: datetime, minutes: float) -> datetime | None:
    """The first moment at which so many staffed minutes have passed since `moment`.

    Zero minutes have passed at once, staffed or not. None where the desk is not staffed for so
    long within the next year.
    """
    left = timedelta(minutes=minutes)
    if left <= timedelta(0) or not calendar.shifts:
        return moment + max(left, timedelta(0))
    for begins, ends in _joined(_clipped(calendar, moment, moment + HORIZON)):
        if left <= ends - begins:
            return begins + left
        left -= ends - begins
    return None


def next_staffed(calendar: Calendar, moment: datetime) -> datetime | None:
    """This moment if the desk is staffed, else when it is again; None: not within a year."""
    if not calendar.shifts:
        return moment
    spans = _joined(_clipped(calendar, moment, moment + HORIZON))
    return next((begins for begins, _ in spans), None)


def _clipped(calendar: Calendar, since: datetime, until: datetime) -> Iterator[Span]:
    """The shifts that reach into [since, until), cut to it, ordered by their beginning."""
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    if not calendar.shifts:
        yield from [(since, until)] if since < until else []
        return
    # A local day may lie a day off, and the shift of the evening before may reach into it.
    day = since.date() - 2 * ONE_DAY
    waiting: list[Span] = []
    while day <= until.date() + 2 * ONE_DAY:
        waiting += _spans_of_day(calendar, day)
        waiting.sort()
        # No later day begins a shift before this one's earliest local midnight.
        safe = datetime.combine(day, time(), UTC) - ONE_DAY
        while waiting and waiting[0][0] < safe:
            yield from _cut(waiting.pop(0), since, until)
        day += ONE_DAY
    for span in waiting:
        yield from _cut(span, since, until)


def _cut(span: Span, since: datetime, until: datetime) -> Iterator[Span]:
    begins, ends = max(span[0], since), min(span[1], until)
    if begins < ends:
        yield begins, ends


def _spans_of_day(calendar: Calendar, day: date) -> list[Span]:
    if day in calendar.closed:
        return []
    return [_span(shift, day) for shift in calendar.shifts if shift.weekday == day.weekday()]


def _span(shift: Shift, day: date) -> Span:
    zone = ZoneInfo(shift.zone)
    last = day if shift.ends > shift.begins else day + ONE_DAY
    begins = datetime.combine(day, shift.begins, zone).astimezone(UTC)
    ends = datetime.combine(last, shift.ends, zone).astimezone(UTC)
    return begins, ends


def _joined(spans: Iterator[Span]) -> Iterator[Span]:
    held: Span | None = None
    for begins, ends in spans:
        if held and begins <= held[1]:
            held = held[0], max(held[1], ends)
            continue
        if held:
            yield held
        held = begins, ends
    if held:
        yield held
