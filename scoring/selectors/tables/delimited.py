"""CSV: rows that do not fit are told one by one, the rest is read."""

import csv
from collections.abc import Collection, Generator, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from scoring.domain.errors import Problem
from scoring.domain.mapping import Chunk, LineError
from scoring.selectors.tables.lines import LONGEST_LINE, Lines, TooLong
from scoring.selectors.tables.table import CHUNK_ROWS, Table

DELIMITERS = (",", ";", "\t", "|")
# A quoted field may contain line ends, but a forgotten quote must not swallow the file.
LONGEST_RECORD_LINES = 100

Record = tuple[int, list[str] | LineError]
Numbered = tuple[int, str | TooLong]


class DelimitedTable(Table):
    """A CSV file with a header; the delimiter is recognised unless it is stated."""

    def __init__(self, path: Path, delimiter: str | None = None) -> None:
        self.path = path
        self._lines = Lines(path)
        self.total = self._lines.total
        with closing(self._numbered()) as numbered:
            header = next(numbered, None)
        if header is None or isinstance(header[1], TooLong):
            raise Problem("empty_file", f"{path.name} has no header line.")
        self._delimiter = delimiter or max(DELIMITERS, key=header[1].count)
        names = next(csv.reader([header[1]], delimiter=self._delimiter))
        self.columns = tuple(name.strip() for name in names)
        _refuse_doubles(path, self.columns)

    @property
    def done(self) -> int:  # type: ignore[override]
        return self._lines.done

    def chunks(self, wanted: Collection[str]) -> Iterator[Chunk]:
        records = self._records()
        next(records, None)
        while piece := list(islice(records, CHUNK_ROWS)):
            yield self._chunk(piece, wanted)

    def _chunk(self, records: list[Record], wanted: Collection[str]) -> Chunk:
        rows: list[list[str]] = []
        lines: list[int] = []
        refused: list[LineError] = []
        width = len(self.columns)
        for line, cells in records:
            if isinstance(cells, LineError):
                refused.append(cells)
            elif len(cells) != width:
                refused.append(_wrong_width(line, len(cells), width))
            else:
                lines.append(line)
                rows.append(cells)
        columns = list(zip(*rows, strict=True)) or [()] * width
        named = zip(self.columns, columns, strict=True)
        return Chunk(lines, {name: values for name, values in named if name in wanted}, refused)

    def _numbered(self) -> Generator[Numbered, None, None]:
        """Lines with their numbers, without blank ones."""
        for number, line in enumerate(self._lines, start=1):
            if isinstance(line, TooLong) or line.strip():
                yield number, line

    def _records(self) -> Iterator[Record]:
        """The cells of each record, with the number of its first line."""
        lines = self._numbered()
        waiting: list[Numbered] = []
        while True:
            number, line = waiting.pop(0) if waiting else next(lines, (0, ""))
            if not number:
                return
            if isinstance(line, TooLong):
                yield (
                    number,
                    LineError(number, "too_long", "", f"More than {LONGEST_LINE:,} characters."),
                )
            elif '"' in line and self._is_open(line):
                record, waiting = self._joined(number, line, waiting, lines)
                yield record
            else:
                yield number, self._cells(number, line)

    def _joined(
        self, number: int, line: str, waiting: list[Numbered], lines: Iterator[Numbered]
    ) -> tuple[Record, list[Numbered]]:
        """A record that goes on in the next lines, and the lines read in vain if it never ends."""
        taken: list[Numbered] = []
        text = line
        while len(taken) < LONGEST_RECORD_LINES:
            following = waiting.pop(0) if waiting else next(lines, None)
            if following is None:
                break
            taken.append(following)
            if isinstance(following[1], TooLong):
                break
            text = f"{text}\n{following[1]}"
            if not self._is_open(text):
                return (number, self._cells(number, text)), waiting
        message = "A quoted field begins here and does not end."
        return (number, LineError(number, "unclosed_quote", "", message)), [*taken, *waiting]

    def _is_open(self, text: str) -> bool:
        """Tell whether a quoted field goes on after the end of `text`."""
        try:
            list(csv.reader([text], delimiter=self._delimiter, strict=True))
        except csv.Error as error:
            return "unexpected end of data" in str(error)
        return False

    def _cells(self, number: int, text: str) -> list[str] | LineError:
        try:
            return next(csv.reader([text], delimiter=self._delimiter))
        except csv.Error as error:
            return LineError(number, "invalid_csv", "", f"This is not CSV: {error}.")


def _wrong_width(line: int, found: int, expected: int) -> LineError:
    message = f"This line has {found} columns, the header has {expected}."
    return LineError(line, "wrong_column_count", "", message)


def _refuse_doubles(path: Path, columns: tuple[str, ...]) -> None:
    for name in columns:
        if columns.count(name) > 1 and name:
            message = f"{path.name} has two columns named {name}."
            raise Problem("duplicate_column", message)
