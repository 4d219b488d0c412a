"""How the columns of a table become transactions, as frozen values."""

from collections.abc import Iterator
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from datetime import datetime

# A label that nobody dates is taken to be known so many days after its payment.
DEFAULT_DELAY_DAYS = 7.0


@dataclass(frozen=True, slots=True)
class ValueSource:
    """Where one field comes from.

    `columns` are joined by `joined_by`; `without_prefix` is cut off; `values` translates what
    it names and leaves the rest. Of a `tokenised` one only a keyed token is kept, for numbers
    that tell who somebody is. An `optional` source may be missing from the table.
    """

    columns: tuple[str, ...]
    joined_by: str = "-"
    without_prefix: str = ""
    values: Table[str, str] = field(default_factory=dict)
    tokenised: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class AmountSource:
    """An amount as tables write it: with currency signs, separators, or minus for refunds.

    `symbols` are removed wherever they stand, `thousands` is removed, `decimal` becomes a point.
    With `magnitude` a minus is dropped too, for tables in which all payments are negative.
    """

    column: str
    symbols: str = ""
    thousands: str = ""
    decimal: str = "."
    magnitude: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class TimeSource:
    """A moment: text in `format` (ISO 8601 without one), parts, or a number since `origin`.

    Text out of several `columns` is joined by a space. `parts` names the columns of year,
    month, day and, as far as there are any, time, hour, minute and second. With `origin` the
    column counts seconds. A time without an offset is meant in UTC.
    """

    columns: tuple[str, ...]
    format: str | None = None
    parts: tuple[tuple[str, str], ...] = ()
    origin: datetime | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class GeneratedId:
    """An external id for tables without one: a token of `columns`, or the number of the row."""

    columns: tuple[str, ...]
    prefix: str


Source = ValueSource | AmountSource | TimeSource | GeneratedId


@dataclass(frozen=True, slots=True)
class LabelSource:
    """Which column holds the answer, which of its values mean what, and since when it is known.

    A row with neither value and a text in `column` is an error; without a text it has no label.
    """

    column: str
    fraud: frozenset[str]
    legitimate: frozenset[str]
    known_at: TimeSource | None = None
    delay_days: float | None = None
    source: str | None = None
    fraud_type: str | None = None
    reason: str | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class AttributeSource:
    """Which columns are kept as attributes (`columns` None: all that nothing else uses).

    Columns in `numbers` and `truths` are turned into numbers and true or false; `names` renames.
    `nested` is a column that holds whole attribute objects, as the API takes them.
    """

    columns: tuple[str, ...] | None = None
    numbers: frozenset[str] = frozenset()
    truths: frozenset[str] = frozenset()
    names: Table[str, str] = field(default_factory=dict)
    nested: str | None = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """A parsed mapping; `name` is what the user calls it."""

    name: str
    fields: Table[str, Source]
    constants: Table[str, str]
    labels: LabelSource | None
    events: Table[str, TimeSource]
    attributes: AttributeSource
    ignored: frozenset[str]
    delimiter: str | None = None

    def required_columns(self) -> Iterator[str]:
        """The columns without which the table cannot be read, in the order of the mapping."""
        for source in [*self.fields.values(), *self.events.values()]:
            if isinstance(source, GeneratedId) or not source.optional:
                yield from columns_of(source)
        if self.labels and not self.labels.optional:
            yield from label_columns(self.labels)
        yield from self.attributes.columns or ()
        yield from (*self.attributes.numbers, *self.attributes.truths, *self.attributes.names)

    def used_columns(self) -> frozenset[str]:
        """The columns that mean something other than an attribute."""
        used = {
            column
            for source in [*self.fields.values(), *self.events.values()]
            for column in columns_of(source)
        }
        if self.labels:
            used.update(label_columns(self.labels))
        if self.attributes.nested:
            used.add(self.attributes.nested)
        return frozenset(used)


def plain_answer(value: object) -> str:
    """An answer without the accidents of its spelling: `1.0` is 1, `TRUE` is true."""
    return str(value).strip().lower().removesuffix(".0")


def columns_of(source: Source) -> tuple[str, ...]:
    """The columns that `source` reads."""
    return (source.column,) if isinstance(source, AmountSource) else source.columns


def label_columns(labels: LabelSource) -> tuple[str, ...]:
    """The columns that belong to the answer and may never be inputs."""
    named = (labels.column, labels.source, labels.fraud_type, labels.reason)
    times = labels.known_at.columns if labels.known_at else ()
    return (*(column for column in named if column), *times)
