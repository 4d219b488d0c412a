"""Work by ISO week: what somebody did, added up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

WEEK = timedelta(days=7)
WEEKS = 8
# Chargebacks take weeks: what is younger than this has hardly been contradicted yet.
OLD_ENOUGH = timedelta(days=42)


@dataclass(frozen=True, slots=True)
class Task:
    """A decided task: its day, how many payments were judged, and the measured seconds.

    `told` of the payments were called fraud or legitimate: only these can be contradicted.
    """

    day: date
    payments: int
    told: int
    contradicted: int
    active_seconds: float | None


@dataclass(frozen=True, slots=True)
class Week:
    """One week that begins on a Monday. Minutes are None where no page measured them."""

    monday: date
    cases: int
    payments: int
    contradicted: int
    active_minutes: float | None
    median_minutes: float | None
    skipped: int
    escalated: int
    undone: int
    unfinished: bool
    young: bool

    @property
    def number(self) -> int:
        """The number of the week in its year (ISO 8601)."""
        return self.monday.isocalendar().week


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def weeks(
    tasks: Iterable[Task], events: Iterable[tuple[date, str]], *, today: date
) -> tuple[Week, ...]:
    """The last eight weeks, the newest first. `events` are skipped, escalated or undone."""
    by_week: dict[date, list[Task]] = {}
    for task in tasks:
        by_week.setdefault(monday_of(task.day), []).append(task)
    counted: dict[tuple[date, str], int] = {}
    for day, kind in events:
        key = (monday_of(day), kind)
        counted[key] = counted.get(key, 0) + 1
    this = monday_of(today)
    mondays = [this - number * WEEK for number in range(WEEKS)]
    return tuple(_week(m, by_week.get(m, []), counted, today) for m in mondays)


def _week(
    monday: date, tasks: Sequence[Task], counted: Mapping[tuple[date, str], int], today: date
) -> Week:
    seconds = [task.active_seconds for task in tasks if task.active_seconds is not None]
    return Week(
        monday=monday,
        cases=len(tasks),
        payments=sum(task.payments for task in tasks),
        contradicted=sum(task.contradicted for task in tasks),
        active_minutes=sum(seconds) / 60 if seconds else None,
        median_minutes=median(seconds) / 60 if seconds else None,
        skipped=counted.get((monday, "skipped"), 0),
        escalated=counted.get((monday, "escalated"), 0),
        undone=counted.get((monday, "undone"), 0),
        unfinished=monday_of(today) == monday,
        young=today - monday < OLD_ENOUGH,
    )
