"""Where the payments of 30 days lie in a picture: amounts on a log scale, then lanes."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

# Room at both ends, so that no mark is cut.
LEFT, RIGHT = 1.5, 97.0
LANES_EACH = 3


@dataclass(frozen=True, slots=True)
class Past:
    """One payment as the picture sees it. `mark` is "fraud", "legitimate" or empty."""

    id: int
    at: datetime
    amount: float
    merchant: str | None
    device: str | None
    place: str | None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Stem:
    """A payment in the amount lane; x in percent of the width, y in [0, 1] from the top."""

    x: float
    y: float
    current: bool
    mark: str


@dataclass(frozen=True, slots=True)
class Lane:
    """Payments of one group of values; `new` where this value first came with this payment."""

    label: str
    new: bool
    dots: tuple[tuple[float, bool], ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis and its value; x in percent or y in [0, 1] from the top."""

    place: float
    value: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything to draw; `days` are (x in percent, moment), `current` x of this payment."""

    stems: tuple[Stem, ...]
    lanes: tuple[Lane, ...]
    amounts: tuple[Tick, ...]
    days: tuple[tuple[float, datetime], ...]
    current: float


@dataclass(frozen=True, slots=True)
class Known:
    """Values seen before the picture begins."""

    merchants: AbstractSet[str]
    devices: AbstractSet[str]
    places: AbstractSet[str]


def timeline(
    payments: Sequence[Past], *, current_id: int, since: datetime, until: datetime, known: Known
) -> Timeline:
    """Lay out payments between two moments; one of them is the current one."""
    across = _Across(since, until)
    low, high = _decades([payment.amount for payment in payments])
    ordered = sorted(payments, key=lambda payment: (payment.at, payment.id))
    now = next(payment for payment in ordered if payment.id == current_id)
    stems = tuple(
        Stem(across.x(p.at), _height(p.amount, low, high), p.id == current_id, p.mark)
        for p in ordered
    )
    return Timeline(
        stems=stems,
        lanes=(
            *_merchant_lanes(ordered, current_id, known.merchants, across),
            *_value_lanes(ordered, now, "device", known.devices, across),
            *_value_lanes(ordered, now, "place", known.places, across),
        ),
        amounts=tuple(
            Tick(_height(10.0**decade, low, high), 10.0**decade) for decade in range(low, high + 1)
        ),
        days=across.days(),
        current=across.x(now.at),
    )


@dataclass(frozen=True, slots=True)
class _Across:
    since: datetime
    until: datetime

    def x(self, at: datetime) -> float:
        whole = (self.until - self.since).total_seconds() or 1.0
        share = (at - self.since).total_seconds() / whole
        return round(LEFT + (RIGHT - LEFT) * min(max(share, 0.0), 1.0), 2)

    def days(self) -> tuple[tuple[float, datetime], ...]:
        """Every seventh midnight, none of them under the word at the right end."""
        midnight = self.since.replace(hour=0, minute=0, second=0, microsecond=0)
        weeks = (midnight + timedelta(days=2 + 7 * n) for n in range(6))
        places = ((self.x(day), day) for day in weeks if self.since < day < self.until)
        return tuple(place for place in places if place[0] < RIGHT - 18)


def _decades(amounts: Sequence[float]) -> tuple[int, int]:
    positive = [amount for amount in amounts if amount > 0] or [1.0]
    low = math.floor(math.log10(min(positive)))
    high = math.ceil(math.log10(max(positive)))
    return low, max(high, low + 1)


def _height(amount: float, low: int, high: int) -> float:
    power = math.log10(amount) if amount > 0 else low
    return round(1 - (min(max(power, low), high) - low) / (high - low), 4)


def _merchant_lanes(
    payments: Sequence[Past], current_id: int, known: AbstractSet[str], across: _Across
) -> tuple[Lane, Lane]:
    seen = set(known)
    old: list[tuple[float, bool]] = []
    new: list[tuple[float, bool]] = []
    for payment in payments:
        if payment.merchant is None:
            continue
        lane = old if payment.merchant in seen else new
        lane.append((across.x(payment.at), payment.id == current_id))
        seen.add(payment.merchant)
    return Lane("Known merchants", False, tuple(old)), Lane("New merchants", False, tuple(new))


def _value_lanes(
    payments: Sequence[Past], now: Past, name: str, known: AbstractSet[str], across: _Across
) -> list[Lane]:
    """The most used values, always with that of the current payment, which comes last."""
    values: Mapping[int, str | None] = {p.id: getattr(p, name) for p in payments}
    current = values[now.id]
    counted = Counter(value for value in values.values() if value and value != current)
    shown = [value for value, _ in counted.most_common(LANES_EACH - 1)]
    before = {values[p.id] for p in payments if p.at < now.at} | known
    lanes = [(value, False) for value in shown]
    if current:
        lanes.append((current, current not in before))
    return [
        Lane(
            value,
            new,
            tuple((across.x(p.at), p.id == now.id) for p in payments if values[p.id] == value),
        )
        for value, new in lanes
    ]
