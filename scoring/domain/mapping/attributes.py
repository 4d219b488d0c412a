"""The columns that are kept beside the fields of a transaction."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scoring.domain.errors import FieldError, InvalidRecord, Problem
from scoring.domain.intake import READERS, Context, is_blank
from scoring.domain.mapping import values
from scoring.domain.mapping.definition import Mapping as TableMapping
from scoring.domain.mapping.memory import Memory
from scoring.domain.values import Refused, attribute_name, scalar

Column = Sequence[object]
Faults = dict[int, list[FieldError]]
# Unmapped columns with such names are more likely answers than inputs, and a model that sees an
# answer learns nothing else. Who wants one all the same lists it under [attributes].
LOOKS_LIKE_AN_ANSWER = re.compile(
    r"fraud|label|charge_?back|scenario|target|outcome|disput", re.IGNORECASE
)


class AttributeReader:
    """Reads the attributes of one table's rows, each column in its stated type."""

    def __init__(self, mapping: TableMapping, columns: Sequence[str], context: Context) -> None:
        self._source = mapping.attributes
        self._context = context
        self._nested = self._source.nested if self._source.nested in columns else None
        kept, self.left_out = _chosen(mapping, columns)
        names = _names(mapping, kept)
        self._columns = [(column, names[column], Memory(self._reader(column))) for column in kept]

    def read(
        self, columns: Mapping[str, Column], count: int, faults: Faults
    ) -> list[dict[str, Any]] | None:
        """One object per row, without blanks; None where the table keeps no attributes at all."""
        if not self._columns and self._nested is None:
            return None
        rows = self._whole(columns, count, faults)
        for column, name, memory in self._columns:
            read = memory.read(columns[column], f"attributes.{name}", faults)
            for row, value in zip(rows, read, strict=True):
                if value is not None:
                    row[name] = value
        for index, row in enumerate(rows):
            if len(row) > self._context.limits.attributes:
                message = f"At most {self._context.limits.attributes} attributes."
                faults.setdefault(index, []).append(FieldError("attributes", "too_many", message))
        return rows

    def _reader(self, column: str) -> Callable[[object], Any]:
        secret = self._context.secret
        if column in self._source.numbers:
            return lambda value: scalar(values.number(value), secret=secret)
        if column in self._source.truths:
            return lambda value: scalar(values.truth(value), secret=secret)
        return lambda value: scalar(value, secret=secret)

    def _whole(
        self, columns: Mapping[str, Column], count: int, faults: Faults
    ) -> list[dict[str, Any]]:
        if self._nested is None:
            return [{} for _ in range(count)]
        return [
            self._object(index, value, faults) for index, value in enumerate(columns[self._nested])
        ]

    def _object(self, index: int, value: object, faults: Faults) -> dict[str, Any]:
        try:
            return {} if is_blank(value) else dict(READERS["attributes"](value, self._context))
        except Refused as refused:
            error = FieldError("attributes", refused.code, refused.message)
            faults.setdefault(index, []).append(error)
        except InvalidRecord as invalid:
            faults.setdefault(index, []).extend(invalid.errors)
        return {}


def _chosen(mapping: TableMapping, columns: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """Which columns are kept, and which are not because they look like answers."""
    if mapping.attributes.columns is not None:
        return list(mapping.attributes.columns), ()
    used = mapping.used_columns() | mapping.ignored
    wanted = (
        mapping.attributes.numbers | mapping.attributes.truths | mapping.attributes.names.keys()
    )
    free = [column for column in columns if column not in used and column.strip()]
    left_out = [c for c in free if c not in wanted and LOOKS_LIKE_AN_ANSWER.search(c)]
    return [column for column in free if column not in left_out], tuple(left_out)


def _names(mapping: TableMapping, kept: Sequence[str]) -> dict[str, str]:
    try:
        names = {c: attribute_name(mapping.attributes.names.get(c, c)) for c in kept}
    except Refused as refused:
        message = f"Mapping {mapping.name}, attributes: {refused.message}"
        raise Problem("invalid_mapping", message) from refused
    if len(set(names.values())) < len(names):
        message = f"Mapping {mapping.name}, attributes: two columns get one name."
        raise Problem("invalid_mapping", message)
    return names
