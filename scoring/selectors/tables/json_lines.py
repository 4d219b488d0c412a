"""NDJSON: one object per line."""

from collections.abc import Collection, Generator, Iterator, Mapping
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from scoring.domain.errors import Problem
from scoring.domain.mapping import Chunk, LineError
from scoring.selectors.tables.lines import LONGEST_LINE, Lines, TooLong
from scoring.selectors.tables.table import CHUNK_ROWS, Table

# Objects need not all have the same names; columns are those of the first lines.
LOOKED_AT = 1_000

Numbered = tuple[int, dict[str, Any] | LineError]


class JsonLinesTable(Table):
    """Objects line by line; a name that a line lacks is empty there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lines = Lines(path)
        self.total = self._lines.total
        with closing(self._numbered()) as numbered:
            first = list(islice(numbered, LOOKED_AT))
        objects = [found for _, found in first if isinstance(found, dict)]
        if not first:
            raise Problem("empty_file", f"{path.name} has no lines.")
        if not objects:
            message = f"{path.name} has no JSON objects in its first {len(first)} lines."
            raise Problem("unreadable_file", message)
        self.columns = tuple(dict.fromkeys(name for found in objects for name in found))

    @property
    def done(self) -> int:  # type: ignore[override]
        return self._lines.done

    def chunks(self, wanted: Collection[str]) -> Iterator[Chunk]:
        numbered = self._numbered()
        while piece := list(islice(numbered, CHUNK_ROWS)):
            rows = [(line, found) for line, found in piece if isinstance(found, Mapping)]
            yield Chunk(
                [line for line, _ in rows],
                {name: [found.get(name) for _, found in rows] for name in wanted},
                [found for _, found in piece if isinstance(found, LineError)],
            )

    def _numbered(self) -> Generator[Numbered, None, None]:
        for number, line in enumerate(self._lines, start=1):
            if isinstance(line, TooLong) or line.strip():
                yield number, _object(number, line)


def _object(number: int, line: str | TooLong) -> dict[str, Any] | LineError:
    if isinstance(line, TooLong):
        return LineError(number, "too_long", "", f"More than {LONGEST_LINE:,} characters.")
    try:
        found = orjson.loads(line.encode("utf-8", "surrogateescape"))
    except orjson.JSONDecodeError as error:
        return LineError(number, "not_json", "", f"This line is not JSON: {error}.")
    if not isinstance(found, dict):
        return LineError(number, "not_an_object", "", "Each line is one object of named values.")
    return found
