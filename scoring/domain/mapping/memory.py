"""Reading columns in which the same values come again and again."""

from collections.abc import Callable, Sequence
from typing import Any

from scoring.domain.errors import FieldError
from scoring.domain.values import Refused

# How many different texts a column remembers; beyond it starts afresh, so memory stays flat.
CAPACITY = 50_000


class Memory:
    """A reader of values that reads each text once, refusals included."""

    def __init__(self, read: Callable[[object], Any]) -> None:
        self._read = read
        self._known: dict[object, Any] = {}

    def read(
        self, values: Sequence[object], name: str, faults: dict[int, list[FieldError]]
    ) -> list[Any]:
        """The normal form of each value, None for blanks and for those noted in `faults`."""
        known = self._known
        if len(known) > CAPACITY:
            known.clear()
        column = []
        for index, value in enumerate(values):
            # Only texts and integers: 1.0 and True are equal to 1, but not the same value.
            kind = type(value)
            if kind is str or kind is int:
                result = known[value] if value in known else self._remembered(value)
            else:
                result = None if value is None else self._attempt(value)
            if result.__class__ is Refused:
                error = FieldError(name, result.code, result.message)
                faults.setdefault(index, []).append(error)
                result = None
            column.append(result)
        return column

    def _remembered(self, value: object) -> Any:
        result = self._known[value] = self._attempt(value)
        return result

    def _attempt(self, value: object) -> Any:
        if isinstance(value, str) and not value.strip():
            return None
        try:
            return self._read(value)
        except Refused as refused:
            return refused
