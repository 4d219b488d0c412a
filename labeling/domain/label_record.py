"""What a valid label from outside is, and its one normal form."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from labeling.domain.disputes import DISPUTE_STAGES
from labeling.domain.records import Readers, missing_fields, present_fields
from labeling.domain.resolution import FRAUD, LEGITIMATE, UNKNOWN, VERIFICATIONS
from scoring.domain import values
from scoring.domain.errors import FieldError, InvalidRecord
from scoring.domain.intake import LIMITS, Limits
from scoring.domain.values import Refused

MANUAL = "manual"
LARGEST_ID = 2**63 - 1
LABELS = (FRAUD, LEGITIMATE, UNKNOWN)
SOURCES = ("chargeback", "fraud_report", "customer_confirmation", "dispute_reversal", MANUAL)
ALL_VERIFICATIONS = ("opinion", *VERIFICATIONS, "released")
REQUIRED = ("external_id", "label", "source")
MAX_ERRORS = 50


@dataclass(frozen=True, slots=True)
class LabelRecord:
    """A valid label in normal form; `known_at` is None where it becomes known with its arrival.

    `reviewer` is the user name of whoever entered it by hand, `supersedes` the id of the label
    that it replaces.
    """

    external_id: str
    label: str
    source: str
    verification: str = ""
    fraud_type: str = ""
    reason: str = ""
    dispute_stage: str = ""
    occurred_at: datetime | None = None
    known_at: datetime | None = None
    reviewer: str = ""
    supersedes: int | None = None


FIELDS = tuple(LabelRecord.__dataclass_fields__)


def validate_label(
    record: object, *, now: datetime, may_backdate: bool, limits: Limits = LIMITS
) -> LabelRecord:
    """Return `record` in normal form.

    Null and empty optional fields count as not sent. Raises InvalidRecord with everything that
    is wrong; codes: required, unknown_field, unknown_choice, invalid, too_long,
    control_character, out_of_range, may_not_backdate, may_not_name, not_an_object.
    """
    if not isinstance(record, Mapping):
        message = "A label is an object of named fields."
        raise InvalidRecord([FieldError("", "not_an_object", message)])
    errors: list[FieldError] = []
    present = present_fields(record, _readers(now, limits), errors)
    if present.get("known_at") and not may_backdate:
        message = "Only a key with the scope labels:backdate may say since when it was known."
        errors.append(FieldError("known_at", "may_not_backdate", message))
    if present.get("reviewer"):
        errors.extend(_wrong_reviewer(present, may_backdate))
    errors.extend(missing_fields(present, REQUIRED, errors))
    if errors:
        raise InvalidRecord(errors[:MAX_ERRORS], "The label is not valid.")
    return LabelRecord(**present)


def _wrong_reviewer(present: Mapping[str, Any], may_name: bool) -> Iterator[FieldError]:
    if not may_name:
        message = "Only a key with the scope labels:backdate may say who entered it."
        yield FieldError("reviewer", "may_not_name", message)
    if present.get("source", MANUAL) != MANUAL:
        message = "Only a label that was entered by hand (manual) has a reviewer."
        yield FieldError("reviewer", "invalid", message)


def _label_id(value: object) -> int:
    """A positive number of at most 63 bits, also as the text of its digits."""
    if isinstance(value, str) and len(value) < 20 and value.strip().isdecimal():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= LARGEST_ID:
        raise Refused("invalid", "The id of a label is a whole number.")
    return value


def _readers(now: datetime, limits: Limits) -> Readers:
    def moment(ahead: timedelta) -> Callable[[object], datetime]:
        return lambda value: values.instant(value, earliest=limits.earliest, latest=now + ahead)

    return {
        "external_id": values.external_id,
        "label": lambda value: values.choice(value, LABELS),
        "source": lambda value: values.choice(value, SOURCES),
        "verification": lambda value: values.choice(value, ALL_VERIFICATIONS),
        "fraud_type": lambda value: values.text(value, longest=30).lower(),
        "reason": lambda value: values.key(value, longest=50),
        "dispute_stage": lambda value: values.choice(value, DISPUTE_STAGES),
        "occurred_at": moment(limits.ahead),
        # Nobody knows something only in future, not even with a clock that is wrong.
        "known_at": moment(timedelta()),
        "reviewer": lambda value: values.text(value, longest=150),
        "supersedes": _label_id,
    }
