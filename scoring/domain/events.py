"""What a valid event of a payment is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scoring.domain import values
from scoring.domain.errors import FieldError, InvalidRecord
from scoring.domain.intake import LIMITS, Limits
from scoring.domain.values import Refused

TYPES = (
    "issuer_declined",
    "captured",
    "cancelled",
    "refunded",
    "challenge_passed",
    "challenge_failed",
)


@dataclass(frozen=True, slots=True)
class EventRecord:
    """A valid event in normal form."""

    type: str
    occurred_at: datetime


def validate_event(record: object, *, now: datetime, limits: Limits = LIMITS) -> EventRecord:
    """Return the event in normal form. Raises InvalidRecord with all that is wrong."""
    if not isinstance(record, Mapping):
        message = "An event is an object with type and occurred_at."
        raise InvalidRecord([FieldError("", "not_an_object", message)])
    readers: dict[str, Callable[[object], Any]] = {
        "type": lambda value: values.choice(value, TYPES),
        "occurred_at": lambda value: values.instant(
            value, earliest=limits.earliest, latest=now + limits.ahead
        ),
    }
    read: dict[str, Any] = {}
    errors = [
        FieldError(str(name)[:100], "unknown_field", "There is no field of this name.")
        for name in record
        if name not in readers
    ]
    for name, reader in readers.items():
        try:
            read[name] = reader(_required(record.get(name)))
        except Refused as refused:
            errors.append(FieldError(name, refused.code, refused.message))
    if errors:
        raise InvalidRecord(errors[:50], "The event is not valid.")
    return EventRecord(**read)


def _required(value: object) -> object:
    if value is None or value == "":
        raise Refused("required", "This field is required.")
    return value
