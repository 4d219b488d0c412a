"""Stages of model versions as bars on time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scoring.domain.lifecycle import ARCHIVED, CANDIDATE, PRODUCTION, ROLLED_BACK

# Narrower bars, in percent of the picture, cannot hold their word.
ROOM_FOR_WORD = 8.0
LEAST_WIDTH = 0.6
TICKS = 6
STEPS = tuple(
    timedelta(**length)
    for length in (
        {"minutes": 5}, {"minutes": 15}, {"hours": 1}, {"hours": 6}, {"days": 1}, {"days": 2},
        {"days": 7}, {"days": 14}, {"days": 28}, {"days": 91}, {"days": 365},
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Move:
    """A version came into a stage at a moment."""

    stage: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Bar:
    """One stay in one stage; `left` and `width` are percent of the picture."""

    stage: str
    left: float
    width: float
    word: str
    start: datetime
    end: datetime | None

    @property
    def middle(self) -> float:
        """Where its word stands."""
        return self.left + self.width / 2


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment below which a line runs, at `left` percent."""

    at: datetime
    left: float


def bars(moves: Sequence[Move], *, start: datetime, now: datetime) -> list[Bar]:
    """The stays of one version between `start` and `now`; nothing is drawn for archived times.

    `moves` are in the order of time.
    """
    ends: list[datetime | None] = [move.at for move in moves[1:]]
    drawn = []
    for move, end in zip(moves, [*ends, None], strict=True):
        if move.stage == ARCHIVED or (end or now) < start:
            continue
        drawn.append(_bar(move, end, start, now))
    return drawn


def _bar(move: Move, end: datetime | None, start: datetime, now: datetime) -> Bar:
    left = _place(max(move.at, start), start, now)
    # A roll-back is a moment, not a stay.
    until = move.at if move.stage == ROLLED_BACK else end or now
    width = max(_place(until, start, now) - left, LEAST_WIDTH)
    left = min(left, 100 - width)
    told = move.stage in (PRODUCTION, CANDIDATE) and width >= ROOM_FOR_WORD
    word = move.stage if told else ""
    return Bar(move.stage, round(left, 2), round(width, 2), word, move.at, end)


def ticks(start: datetime, now: datetime) -> list[Tick]:
    """At most six round moments between the ends."""
    length = now - start
    step = next((step for step in STEPS if length / step <= TICKS), STEPS[-1])
    origin = start.replace(hour=0, minute=0, second=0, microsecond=0)
    first = origin + step * (int((start - origin) / step) + 1)
    found: list[Tick] = []
    moment = first
    while moment < now and len(found) < TICKS:
        # The last stretch belongs to the word "now".
        if (left := _place(moment, start, now)) < 90:
            found.append(Tick(moment, round(left, 2)))
        moment += step
    return found


def _place(moment: datetime, start: datetime, now: datetime) -> float:
    return 100 * ((moment - start) / (now - start)) if now > start else 0.0
