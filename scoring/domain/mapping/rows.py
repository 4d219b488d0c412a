"""From a piece of a table to valid transactions with their answers, errors line by line."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from scoring.domain.errors import FieldError, InvalidRecord, Problem
from scoring.domain.intake import READERS, Context, TransactionRecord, is_blank, missing, record_of
from scoring.domain.keys import token
from scoring.domain.mapping import values
from scoring.domain.mapping.attributes import AttributeReader
from scoring.domain.mapping.definition import (
    AmountSource,
    GeneratedId,
    Source,
    TimeSource,
    ValueSource,
    columns_of,
)
from scoring.domain.mapping.definition import Mapping as TableMapping
from scoring.domain.mapping.labels import GivenLabel, LabelReader
from scoring.domain.mapping.memory import Memory
from scoring.domain.mapping.times import UnreadableTime, described, moments
from scoring.domain.values import Refused

Column = Sequence[object]
Faults = dict[int, list[FieldError]]


@dataclass(frozen=True, slots=True)
class LineError:
    """What is wrong with one line of a file."""

    line: int
    code: str
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a table: for each row its line in the file, for each column its values.

    `refused` are lines that are no rows at all; `line_count` counts both.
    """

    lines: Sequence[int]
    columns: Mapping[str, Column]
    refused: Sequence[LineError] = ()

    @property
    def line_count(self) -> int:
        return len(self.lines) + len({error.line for error in self.refused})


@dataclass(frozen=True, slots=True)
class MappedRow:
    """A valid row: the transaction, its answer if there is one, its events."""

    line: int
    record: TransactionRecord
    label: GivenLabel | None
    events: tuple[tuple[str, datetime], ...] = ()


@dataclass(slots=True)
class MappedChunk:
    """The valid rows of a chunk and everything that is wrong with the others."""

    rows: list[MappedRow] = field(default_factory=list)
    errors: list[LineError] = field(default_factory=list)


class RowReader:
    """Reads chunks of one table with one mapping; it remembers values that it has seen.

    `delay` dates labels that no column dates. Raises Problem (``invalid_mapping``) for constants
    that are no valid values.
    """

    def __init__(
        self,
        mapping: TableMapping,
        columns: Sequence[str],
        *,
        context: Context,
        delay: timedelta,
    ) -> None:
        self.context = context
        self._fields = _present_sources(mapping.fields, columns)
        self._events = _present_sources(mapping.events, columns)
        self._constants = _constants(mapping, context)
        self._attributes = AttributeReader(mapping, columns, context)
        self._labels = LabelReader.of(mapping.labels, columns, delay)
        self._memories = {name: Memory(self._reader(name, source)) for name, source in self._fields}

    @property
    def left_out(self) -> tuple[str, ...]:
        """Columns that nobody mapped and that are not kept, because they look like answers."""
        return self._attributes.left_out

    def read(self, chunk: Chunk) -> MappedChunk:
        """The rows of `chunk` in order; errors come in the order of lines."""
        faults: Faults = {}
        fields = {name: self._field(name, source, chunk, faults) for name, source in self._fields}
        attributes = self._attributes.read(chunk.columns, len(chunk.lines), faults)
        if attributes is not None:
            fields["attributes"] = attributes
        labels = self._labels.read(chunk.columns, fields, len(chunk.lines), faults)
        events = self._happened(chunk, faults)
        mapped = MappedChunk(errors=list(chunk.refused))
        names = tuple(fields)
        rows = zip(*fields.values(), strict=True) if fields else [()] * len(chunk.lines)
        for index, (line, row) in enumerate(zip(chunk.lines, rows, strict=True)):
            present = {n: value for n, value in zip(names, row, strict=True) if value is not None}
            present |= self._constants
            wrong = _wrong(present, faults.get(index))
            if wrong:
                mapped.errors.extend(_line_errors(line, wrong))
            else:
                happened = events[index] if events else ()
                mapped.rows.append(MappedRow(line, record_of(present), labels[index], happened))
        mapped.errors.sort(key=lambda error: error.line)
        return mapped

    def _happened(self, chunk: Chunk, faults: Faults) -> list[tuple[tuple[str, datetime], ...]]:
        """The events of each row; nothing at all for a table without them."""
        if not self._events:
            return []
        names = [name for name, _ in self._events]
        columns = [
            self._moments(f"events.{n}", source, chunk, faults) for n, source in self._events
        ]
        return [
            tuple((name, at) for name, at in zip(names, row, strict=True) if at is not None)
            for row in zip(*columns, strict=True)
        ]

    def _reader(self, name: str, source: Source) -> Callable[[object], Any]:
        read, context = READERS[name], self.context
        if isinstance(source, ValueSource) and source.tokenised:
            return lambda value: read(
                values.tokenised(name, values.prepared(source, value), context.secret), context
            )
        if isinstance(source, ValueSource):
            return lambda value: read(values.prepared(source, value), context)
        if isinstance(source, AmountSource):
            return lambda value: read(values.amount(source, value), context)
        return lambda value: read(value, context)

    def _field(self, name: str, source: Source, chunk: Chunk, faults: Faults) -> list[Any]:
        if isinstance(source, TimeSource):
            return self._moments(name, source, chunk, faults)
        if isinstance(source, GeneratedId):
            return self._ids(source, chunk)
        return self._memories[name].read(_raw(source, chunk.columns), name, faults)

    def _moments(self, name: str, source: TimeSource, chunk: Chunk, faults: Faults) -> list[Any]:
        read = READERS.get(name, READERS["occurred_at"])
        column: list[datetime | None] = []
        for index, moment in enumerate(moments(source, chunk.columns)):
            try:
                if isinstance(moment, UnreadableTime):
                    raise Refused("invalid", f"This is not {described(source)}.")
                column.append(None if moment is None else read(moment, self.context))
            except Refused as refused:
                note(faults, index, name, refused)
                column.append(None)
        return column

    def _ids(self, source: GeneratedId, chunk: Chunk) -> list[Any]:
        if not source.columns:
            return [f"{source.prefix}{line}" for line in chunk.lines]
        rows = zip(*(chunk.columns[name] for name in source.columns), strict=True)
        return [
            source.prefix
            + token(
                "\x1f".join("" if value is None else str(value) for value in row),
                secret=self.context.secret,
                purpose="external_id",
            )
            for row in rows
        ]


def note(faults: Faults, index: int, name: str, refused: Refused) -> None:
    """Add to `faults` why the value of the field `name` in row `index` was refused."""
    faults.setdefault(index, []).append(FieldError(name, refused.code, refused.message))


def _raw(source: ValueSource | AmountSource, columns: Mapping[str, Column]) -> Column:
    if isinstance(source, AmountSource):
        return columns[source.column]
    if len(source.columns) == 1:
        return columns[source.columns[0]]
    rows = zip(*(columns[name] for name in source.columns), strict=True)
    return [values.joined(source, row) for row in rows]


def _wrong(present: Mapping[str, Any], faults: list[FieldError] | None) -> list[FieldError]:
    if faults is None:
        return missing(present)
    # What was refused is not missing as well.
    return faults + missing(present.keys() | {error.field for error in faults})


def _line_errors(line: int, wrong: Sequence[FieldError]) -> Iterator[LineError]:
    for error in wrong:
        yield LineError(line, error.code, error.field, error.message)


def _present_sources(sources: Mapping[str, Any], columns: Sequence[str]) -> list[tuple[str, Any]]:
    """Those whose columns the table has; optional ones may be missing."""
    known = set(columns)
    return [
        (name, source) for name, source in sources.items() if known.issuperset(columns_of(source))
    ]


def _constants(mapping: TableMapping, context: Context) -> dict[str, Any]:
    constants = {}
    for name, value in mapping.constants.items():
        try:
            if not is_blank(value):
                constants[name] = READERS[name](value, context)
        except (Refused, InvalidRecord) as refused:
            message = f"Mapping {mapping.name}, constants.{name}: {refused.args[1]}"
            raise Problem("invalid_mapping", message) from refused
    return constants
