"""Reading a record field by field, and telling everything that is wrong with it at once."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from scoring.domain.errors import FieldError
from scoring.domain.intake import is_blank
from scoring.domain.values import Refused

Readers = Mapping[str, Callable[[object], Any]]


def present_fields(
    record: Mapping[Any, object], readers: Readers, errors: list[FieldError]
) -> dict[str, Any]:
    """The fields that were sent, read; null and empty ones count as not sent.

    Adds to `errors`: `unknown_field`, and what the readers refuse.
    """
    present = {}
    for name, value in record.items():
        if name not in readers:
            shown = str(name)[:100].encode("utf-8", "replace").decode()
            errors.append(FieldError(shown, "unknown_field", "There is no field of this name."))
        elif not is_blank(value):
            try:
                present[name] = readers[name](value)
            except Refused as refused:
                errors.append(FieldError(name, refused.code, refused.message))
    return present


def missing_fields(
    present: Mapping[str, Any], required: Iterable[str], errors: Iterable[FieldError]
) -> list[FieldError]:
    """An error for each required field that is neither there nor already told to be wrong."""
    named = present.keys() | {error.field for error in errors}
    return [
        FieldError(name, "required", "This field is required.")
        for name in required
        if name not in named or present.get(name) == ""
    ]
