"""How imports show their progress and tell what they did."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

from tqdm import tqdm

from labeling.services.history import ImportSummary
from scoring.domain.mapping import LineError

ERRORS_SHOWN = 10


class FileProgress:
    """A bar on a terminal, nothing elsewhere; called with how much of how much is done."""

    def __init__(self, path: Path) -> None:
        # None: shown on a terminal only.
        self._bar: tqdm[Any] = tqdm(desc=path.name, unit_scale=True, disable=None, leave=False)

    def __call__(self, done: int, total: int) -> None:
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def __enter__(self) -> "FileProgress":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.close()


def told(summary: ImportSummary, *, as_json: bool) -> str:
    """The summary as one line of JSON, or as sentences with the first errors."""
    if as_json:
        return json.dumps(asdict(summary))
    lines = [_counts(summary)]
    if summary.mapping:
        lines[0] = f"With the mapping {summary.mapping}: {lines[0]}"
    if summary.left_out:
        lines.append(
            f"Not kept, for they look like answers: {', '.join(summary.left_out)}."
            " Name them in the mapping under [attributes] or [ignore]."
        )
    return "\n".join([*lines, *told_errors(summary.errors, summary.errors_total)])


def told_errors(errors: Sequence[LineError], total: int) -> Iterator[str]:
    """The first errors of a file as sentences, and how many more there are."""
    for error in errors[:ERRORS_SHOWN]:
        place = f"line {error.line}, {error.field}" if error.field else f"line {error.line}"
        yield f"  {place}: {error.message} ({error.code})"
    if total > ERRORS_SHOWN:
        yield f"  and {total - ERRORS_SHOWN:,} more errors"


def _counts(summary: ImportSummary) -> str:
    return (
        f"{summary.rows:,} rows, {summary.imported:,} imported,"
        f" {summary.duplicates:,} known already, {summary.refused:,} refused;"
        f" {summary.labels:,} labels"
    )
