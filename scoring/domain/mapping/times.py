"""Moments out of columns, whatever way a table writes them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

import polars as pl

from scoring.domain.mapping.definition import TimeSource

Column = Sequence[object]


class UnreadableTime:
    """Stands where a value is not a moment in the stated form."""


UNREADABLE = UnreadableTime()
Moment = datetime | UnreadableTime | None


def moments(source: TimeSource, columns: Mapping[str, Column]) -> list[Moment]:
    """One moment in UTC per row: None where nothing is written, UNREADABLE where nonsense is."""
    read = [columns[name] for name in source.columns]
    if source.parts:
        names = [part for part, _ in source.parts]
        return [_of_parts(names, row) for row in zip(*read, strict=True)]
    if source.origin is not None:
        return [_after(source.origin, value) for value in read[0]]
    joined = read[0] if len(read) == 1 else [_joined(row) for row in zip(*read, strict=True)]
    return _of_format(joined, source.format) if source.format else [_iso(v) for v in joined]


def described(source: TimeSource) -> str:
    """What a value of this source should look like, for an error message."""
    if source.parts:
        return f"a time made of {', '.join(part for part, _ in source.parts)}"
    if source.origin is not None:
        return f"a number of seconds since {source.origin:%Y-%m-%dT%H:%M:%SZ}"
    if source.format:
        return f"a time in the format {source.format}"
    return "an ISO 8601 time, such as 2026-11-20T09:30:00Z"


def _iso(value: object) -> Moment:
    if isinstance(value, str):
        if not value.strip():
            return None
        try:
            return _in_utc(datetime.fromisoformat(value.strip()))
        except (ValueError, OverflowError):
            return UNREADABLE
    return _typed(value)


def _typed(value: object) -> Moment:
    """What is a moment already, in tables with types; a date means its first moment."""
    if isinstance(value, datetime):
        return _in_utc(value)
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    return None if value is None else UNREADABLE


def _in_utc(moment: datetime) -> datetime:
    # The common case first: most tables are in UTC without saying so.
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _of_format(values: Column, written: str) -> list[Moment]:
    texts = [None if _is_blank(value) else str(value).strip() for value in values]
    series = pl.Series(texts, dtype=pl.String)
    try:
        parsed = series.str.to_datetime(written, time_unit="us", strict=False).to_list()
    except pl.exceptions.PolarsError:
        # Polars needs a date and a time in every format; a date alone is read as one.
        parsed = series.str.to_date(written, strict=False).to_list()
    return [
        None if text is None else UNREADABLE if moment is None else _typed(moment)
        for text, moment in zip(texts, parsed, strict=True)
    ]


def _after(origin: datetime, value: object) -> Moment:
    if _is_blank(value):
        return None
    try:
        return origin + timedelta(seconds=float(str(value)))
    except (ValueError, OverflowError):
        return UNREADABLE


def _of_parts(names: Sequence[str], row: Sequence[object]) -> Moment:
    if all(_is_blank(value) for value in row):
        return None
    parts = dict(zip(names, row, strict=True))
    try:
        clock = _clock(parts)
        year, month, day = (_whole(parts[name]) for name in ("year", "month", "day"))
        return datetime(year, month, day, *clock, tzinfo=UTC)
    except (ValueError, OverflowError):
        return UNREADABLE


def _clock(parts: Mapping[str, object]) -> tuple[int, int, int]:
    if not _is_blank(parts.get("time")):
        at = time.fromisoformat(str(parts["time"]).strip().zfill(5))
        return at.hour, at.minute, at.second
    hour, minute, second = (_whole(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    return hour, minute, second


def _whole(value: object) -> int:
    number = float(str(value))
    if not number.is_integer():
        raise ValueError("not a whole number")
    return int(number)


def _joined(row: Sequence[object]) -> str | None:
    if any(_is_blank(value) for value in row):
        return None
    return " ".join(str(value).strip() for value in row)


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
