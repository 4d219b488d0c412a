"""What a valid statement of a customer, and a valid appeal, is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from labeling.domain.records import Readers, missing_fields, present_fields
from labeling.domain.resolution import FRAUD, LEGITIMATE, VERIFICATIONS
from scoring.domain import values
from scoring.domain.errors import FieldError, InvalidRecord
from scoring.domain.intake import LIMITS
from scoring.domain.values import Refused

CONFIRMS, DENIES = "confirms", "denies"
STATEMENTS = (CONFIRMS, DENIES)
CHANNELS = ("phone", "email", "chat", "in_app")
LABELS = {CONFIRMS: LEGITIMATE, DENIES: FRAUD}
NOTE_LENGTH = 2000
REASON_LENGTH = 2000
NO_EVIDENCE = "Say what shows it: a note, or the reference of the ticket."


@dataclass(frozen=True, slots=True)
class StatementRecord:
    """A valid statement. `corrects` is the id of an earlier one that was a typing error."""

    statement: str
    channel: str
    verification: str
    reference: str = ""
    note: str = ""
    occurred_at: datetime | None = None
    corrects: int | None = None


@dataclass(frozen=True, slots=True)
class AppealRecord:
    """A valid appeal; `new_evidence` is asked for where an earlier one was decided."""

    reason: str
    reference: str = ""
    new_evidence: str = ""


def validate_statement(record: object, *, now: datetime, ticket: bool = False) -> StatementRecord:
    """Return the statement in normal form. Raises InvalidRecord with all that is wrong.

    Programs have to name their `ticket`, which makes a repeated call harmless. Codes: required,
    unknown_field, unknown_choice, invalid, too_long, control_character, out_of_range,
    not_an_object.
    """
    readers = {
        "statement": lambda value: values.choice(value, STATEMENTS),
        "channel": lambda value: values.choice(value, CHANNELS),
        "verification": lambda value: values.choice(value, VERIFICATIONS),
        "reference": values.key,
        "note": lambda value: _prose(value, NOTE_LENGTH),
        "occurred_at": lambda value: values.instant(
            value, earliest=LIMITS.earliest, latest=now + LIMITS.ahead
        ),
        "corrects": _number,
    }
    required = ("statement", "channel", "verification", *(("reference",) if ticket else ()))
    read = _read(record, readers, required, "The statement is not valid.")
    if not read.get("reference") and not read.get("note"):
        raise InvalidRecord([FieldError("note", "required", NO_EVIDENCE)], NO_EVIDENCE)
    return StatementRecord(**read)


def validate_appeal(record: object, *, ticket: bool = False) -> AppealRecord:
    """Return the appeal in normal form. Raises InvalidRecord as `validate_statement` does."""
    readers = {
        "reason": lambda value: _prose(value, REASON_LENGTH),
        "reference": values.key,
        "new_evidence": lambda value: _prose(value, NOTE_LENGTH),
    }
    required = ("reason", *(("reference",) if ticket else ()))
    return AppealRecord(**_read(record, readers, required, "The appeal is not valid."))


def _read(
    record: object, readers: Readers, required: tuple[str, ...], message: str
) -> dict[str, Any]:
    if not isinstance(record, Mapping):
        sentence = "Send one object of named fields."
        raise InvalidRecord([FieldError("", "not_an_object", sentence)], sentence)
    errors: list[FieldError] = []
    read = present_fields(record, readers, errors)
    errors.extend(missing_fields(read, required, errors))
    if errors:
        raise InvalidRecord(errors[:50], message)
    return read


def _prose(value: object, longest: int) -> str:
    """Text of several lines; only what PostgreSQL cannot store is refused."""
    if not isinstance(value, str):
        raise Refused("invalid", "This must be text.")
    text = value.strip().replace("\r\n", "\n")
    if "\0" in text or not _encodes(text):
        raise Refused("control_character", "Some characters cannot be stored.")
    if len(text) > longest:
        raise Refused("too_long", f"At most {longest} characters.")
    return text


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _number(value: object) -> int:
    if isinstance(value, str) and value.isdecimal() and len(value) < 19:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**63:
        raise Refused("invalid", "This must be the number of a statement.")
    return value
