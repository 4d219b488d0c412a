"""Labels out of a file, with the columns of `POST labels/`."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from labeling.domain.label_record import FIELDS, REQUIRED
from labeling.services.history import ImportSummary, Progress
from labeling.services.label_intake import accept_labels
from scoring.domain.errors import Problem
from scoring.domain.mapping import Chunk, LineError
from scoring.domain.mapping.definition import TimeSource
from scoring.domain.mapping.fitting import listed
from scoring.domain.mapping.times import UnreadableTime, moments
from scoring.selectors.tables import ahead, open_table

TIMES = ("occurred_at", "known_at")
# A code of three digits or more; 10.0 and 13.0 may be codes as they stand.
WHOLE = re.compile(r"([0-9]{3,})\.0")


def import_labels(*, path: Path, now: datetime, progress: Progress | None = None) -> ImportSummary:
    """Record the labels in `path` and tell what became of its rows.

    `known_at` may lie in the past, and without it a label is known from now on. An interrupted
    import is simply repeated. Raises Problem for a file that cannot be used.
    """
    table = open_table(path)
    _check(table.columns)
    summary = ImportSummary()
    for chunk in ahead(table.chunks(FIELDS)):
        summary.rows += chunk.line_count
        summary.note(chunk.refused)
        acceptance = accept_labels(items=list(_items(chunk)), now=now, may_backdate=True)
        summary.imported += acceptance.accepted
        summary.labels += acceptance.accepted
        summary.duplicates += acceptance.duplicates
        summary.note(
            [
                LineError(chunk.lines[error.index], error.code, error.field, error.message)
                for error in acceptance.errors
            ]
        )
        if progress:
            progress(table.done, table.total)
    return summary


def _check(columns: Sequence[str]) -> None:
    for name in REQUIRED:
        if name not in columns:
            message = f"The file needs the column {name}. Its columns: {listed(columns)}."
            raise Problem("missing_column", message)
    for name in columns:
        if name not in FIELDS:
            message = f"There is no column {name[:60]} of a label; there are {', '.join(FIELDS)}."
            raise Problem("unknown_column", message)


def _items(chunk: Chunk) -> Iterator[dict[str, Any]]:
    columns = dict(chunk.columns)
    for name in TIMES:
        if name in columns:
            columns[name] = _times(name, columns)
    if "reason" in columns:
        columns["reason"] = [_reason(value) for value in columns["reason"]]
    for row in zip(*columns.values(), strict=True):
        yield dict(zip(columns, row, strict=True))


def _times(name: str, columns: dict[str, Sequence[object]]) -> list[object]:
    # A file may leave the offset out and mean UTC; what is no time stays for the intake to refuse.
    read = moments(TimeSource((name,)), columns)
    return [
        written if isinstance(moment, UnreadableTime) else moment
        for written, moment in zip(columns[name], read, strict=True)
    ]


def _reason(value: object) -> object:
    """A numeric code without the fraction that tables with gaps give to whole numbers."""
    whole = WHOLE.fullmatch(str(value).strip()) if isinstance(value, str | float) else None
    return whole[1] if whole else value
