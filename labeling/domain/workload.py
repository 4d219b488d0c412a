"""What waits against who is there: when each task is expected to be decided."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from typing import Any

from labeling.domain.calendar import Calendar, staffed_spans

# A person on duty is there for so long; of that, their minutes a day are spent reviewing.
DAY_ON_DUTY = 8 * 60
HORIZON = timedelta(days=7)
DUE_SOON = "due_soon"


@dataclass(frozen=True, slots=True)
class WaitingTask:
    """A task as the simulation serves it; `minutes` is what one person needs for it."""

    id: int
    lane: str
    rank: float
    minutes: float
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """When a task is expected to be decided; None: not within a week."""

    id: int
    due_at: datetime | None
    decided_at: datetime | None

    @property
    def late(self) -> bool:
        """Whether its deadline is expected to pass first."""
        return self.due_at is not None and (
            self.decided_at is None or self.decided_at > self.due_at
        )


def pace(minutes_per_day: int) -> float:
    """Which share of their time on duty somebody reviews, in [0, 1]."""
    return min(minutes_per_day / DAY_ON_DUTY, 1.0)


def expect(
    tasks: Sequence[WaitingTask],
    *,
    paces: Sequence[float],
    calendar: Calendar,
    now: datetime,
    shares: Mapping[str, float],
    due_soon: timedelta,
    timed: Container[str],
) -> list[Expected]:
    """When each task is expected to be decided, in the order in which they are served.

    One reviewer for each of `paces`, while the desk is staffed. Every time somebody is free, the
    lane that is furthest behind its share serves; a task of a `timed` lane with a deadline
    within `due_soon` counts as due soon. A lane without a share comes when no other has anything.
    """
    clock = _StaffedClock(calendar, now)
    desk = _Desk(tasks, shares, due_soon, timed)
    free = [(0.0, number) for number, share in enumerate(paces) if share > 0]
    heapify(free)
    expected = []
    while free and (task := desk.serve(clock.at(free[0][0]) or now + HORIZON)):
        minute, number = heappop(free)
        done = minute + task.minutes / paces[number]
        heappush(free, (done, number))
        expected.append(Expected(task.id, task.due_at, clock.at(done)))
    return expected + [Expected(task.id, task.due_at, None) for task in desk.left()]


class _StaffedClock:
    """The moment at which so many staffed minutes have passed; None beyond the horizon."""

    def __init__(self, calendar: Calendar, now: datetime) -> None:
        self._spans = staffed_spans(calendar, since=now, until=now + HORIZON)

    def at(self, minutes: float) -> datetime | None:
        left = timedelta(minutes=minutes)
        for begins, ends in self._spans:
            if left <= ends - begins:
                return begins + left
            left -= ends - begins
        return None


class _Desk:
    """The lanes with what waits in them, each in its serving order."""

    def __init__(
        self,
        tasks: Sequence[WaitingTask],
        shares: Mapping[str, float],
        due_soon: timedelta,
        timed: Container[str],
    ) -> None:
        self._tasks = {task.id: task for task in tasks}
        self._shares, self._due_soon = shares, due_soon
        self._served = dict.fromkeys([DUE_SOON, *(task.lane for task in tasks)], 0)
        self._by_rank: dict[str, list[tuple[float, int]]] = {}
        for task in tasks:
            self._by_rank.setdefault(task.lane, []).append((-task.rank, task.id))
        for heap in self._by_rank.values():
            heapify(heap)
        self._by_due = [
            (task.due_at, task.id) for task in tasks if task.due_at and task.lane in timed
        ]
        heapify(self._by_due)

    def serve(self, now: datetime) -> WaitingTask | None:
        """Take out what is served next."""
        heads = {lane: heap for lane, heap in self._by_rank.items() if self._trim(heap)}
        lanes = list(heads)
        if self._trim(self._by_due) and self._by_due[0][0] <= now + self._due_soon:
            lanes.append(DUE_SOON)
        if not lanes:
            return None
        lane = min(lanes, key=self._claims_until)
        self._served[lane] += 1
        head = self._by_due[0] if lane == DUE_SOON else heads[lane][0]
        return self._tasks.pop(head[1])

    def left(self) -> Sequence[WaitingTask]:
        """What nobody got to."""
        return list(self._tasks.values())

    def _trim(self, heap: list[Any]) -> bool:
        """Drop heads that another lane has served; whether anything is left."""
        while heap and heap[0][1] not in self._tasks:
            heappop(heap)
        return bool(heap)

    def _claims_until(self, lane: str) -> tuple[bool, float]:
        share = self._shares.get(lane, 0.0)
        row = self._served[lane] + 1
        return (share <= 0, row / share if share > 0 else row)
