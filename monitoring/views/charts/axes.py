"""What all charts share: their shape, shares in words, places on an axis of bins."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from scoring.domain import wording


class Bin(Protocol):
    """A range of values; categories have no ends."""

    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...


@dataclass(frozen=True)
class Chart:
    """`data` is for the script; `label` is read aloud; `heads` and `rows` are the same in words."""

    data: dict[str, Any]
    label: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Mark(NamedTuple):
    """A value to mark: words with a place for it, and the token of its colour."""

    words: str
    value: float | None
    token: str


def to_percent(share: float | None) -> float | None:
    """Return a share as the number of its percents, which the axes show."""
    return None if share is None else round(100 * share, 4)


def share_in_words(share: float | None) -> str:
    """Return a share with two digits, or that there is none."""
    return "none" if share is None else wording.rate(share, 2)


def bin_in_words(title: str, before: float | None, now: float) -> str:
    """Return what is said about one bin under the pointer."""
    past = f", before {wording.rate(before, 2)}" if before is not None else ""
    return f"{title}: {wording.rate(now, 2)}{past}"


def plain(value: float) -> str:
    """Return a number with about three digits that say something, without idle zeros."""
    digits = 0 if abs(value) >= 100 else 2 if abs(value) < 10 else 1
    text = wording.number(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def marks_on(bins: Sequence[Bin], *wanted: Mark) -> list[dict[str, Any]]:
    """Return at most two marks; their words keep clear of the axis' ends and of each other."""
    placed = [(place_of(mark.value, bins), mark) for mark in wanted]
    known = [(at, mark) for at, mark in placed if at is not None]
    sides = [
        _side(at / len(bins), last=number > 0 or len(known) == 1)
        for number, (at, _) in enumerate(known)
    ]
    return [
        {
            "at": at,
            "word": mark.words.format(mark.value),
            "token": mark.token,
            "side": side,
            # Two words on the same side of their lines would cover each other.
            "level": int(number > 0 and side == sides[0]),
        }
        for number, ((at, mark), side) in enumerate(zip(known, sides, strict=True))
    ]


def place_of(value: float | None, bins: Sequence[Bin]) -> float | None:
    """Return where a value lies on the axis of bins, each one wide; None outside of them."""
    if value is None:
        return None
    for number, each in enumerate(bins):
        if each.low is None or each.high is None:
            continue
        if each.low <= value <= each.high:
            width = each.high - each.low
            inside = (value - each.low) / width if 0 < width < float("inf") else 0.5
            return round(number + inside, 3)
    return None


def _side(share: float, last: bool) -> str:
    """Return which end of a word stands at its line: "right" puts the word left of it."""
    return "right" if share > 0.75 or (share > 0.25 and not last) else "left"
