"""What a program sends to the review desk, as values of the domain."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from labeling.domain.lifecycle import UNDO, Judgement, VerdictValue
from labeling.models import ReviewItem
from labeling.services import LinkedVerdict
from scoring.domain.errors import FieldError, InvalidRecord

KNOWN = {
    "release": {"token"},
    "extend": {"token"},
    "skip": {"token", "reason"},
    "escalate": {"token", "reason"},
    "wait": {"token", "question"},
    "undo": {"token"},
    "change": {"verdict", "reason_code", "note", "verification"},
    "verdict": {
        "token",
        "verdict",
        "reason_code",
        "note",
        "verification",
        "items",
        "disposition",
        "active_seconds",
        "linked",
        "undo_seconds",
    },
}
MOST_UNDO_SECONDS = int(UNDO.total_seconds())
JUDGED = ("verdict", "reason_code", "note", "verification")
KNOWN_OF_ITEM = {"id", "external_id", *JUDGED}


def read_fields(data: Any, *, call: str) -> Mapping[str, Any]:
    """The fields of a call. Raises InvalidRecord for unknown ones."""
    if not isinstance(data, Mapping):
        raise InvalidRecord([FieldError("", "invalid", "Send one JSON object.")])
    _refuse_unknown(data, KNOWN[call])
    return dict(data)


def read_body(data: Any, *, call: str) -> Mapping[str, Any]:
    """The fields of a call. Raises InvalidRecord for unknown ones and for a missing token."""
    fields = read_fields(data, call=call)
    token = fields.get("token")
    if not isinstance(token, int) or isinstance(token, bool):
        raise InvalidRecord([FieldError("token", "required", "Send the token of your claim.")])
    return fields


def read_nothing(data: Any) -> None:
    """Raises InvalidRecord where a call that takes no fields was sent some."""
    if not isinstance(data, Mapping):
        raise InvalidRecord([FieldError("", "invalid", "This call takes no body.")])
    _refuse_unknown(data, set())


def read_text(data: Mapping[str, Any], name: str) -> str:
    """A text field, empty where it is absent. Raises InvalidRecord."""
    value = data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InvalidRecord([FieldError(name, "invalid", "This must be text.")])
    if "\0" in value:
        # PostgreSQL cannot store it.
        message = "The zero character is not allowed."
        raise InvalidRecord([FieldError(name, "control_character", message)])
    return value


def read_seconds(data: Mapping[str, Any]) -> float | None:
    """Measured active seconds, or None. Raises InvalidRecord."""
    value = data.get("active_seconds")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidRecord([FieldError("active_seconds", "invalid", "This must be a number.")])
    return float(value)


def read_undo_seconds(data: Mapping[str, Any]) -> timedelta:
    """For how long the verdict can be taken back; none where it is absent. Raises InvalidRecord."""
    value = data.get("undo_seconds")
    if value is None:
        return timedelta(0)
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidRecord([FieldError("undo_seconds", "invalid", "This must be an integer.")])
    if not 0 <= value <= MOST_UNDO_SECONDS:
        sentence = f"This must be from 0 to {MOST_UNDO_SECONDS}."
        raise InvalidRecord([FieldError("undo_seconds", "out_of_range", sentence)])
    return timedelta(seconds=value)


def read_judgements(data: Mapping[str, Any], *, task_id: int) -> Judgement | dict[int, Judgement]:
    """One judgement for all payments of the claim, or one for each. Raises InvalidRecord."""
    items = data.get("items")
    if items is None:
        return read_judgement(data)
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        raise InvalidRecord([FieldError("items", "invalid", "This must be a list of objects.")])
    judged: dict[int, Judgement] = {}
    for item in items:
        number = _item_id(item, task_id)
        if number in judged:
            raise InvalidRecord([FieldError("items", "duplicate", "Each payment is named once.")])
        judged[number] = read_judgement({**_shared(data), **item})
    return judged


def read_linked(data: Mapping[str, Any]) -> LinkedVerdict | None:
    """The linked payments that the verdict also counts for, or None. Raises InvalidRecord."""
    external_ids = data.get("linked")
    if not external_ids and (external_ids is None or isinstance(external_ids, list)):
        return None
    if not isinstance(external_ids, list) or not all(isinstance(id, str) for id in external_ids):
        raise InvalidRecord([FieldError("linked", "invalid", "This must be a list of texts.")])
    if any("\0" in id for id in external_ids):
        message = "The zero character is not allowed."
        raise InvalidRecord([FieldError("linked", "control_character", message)])
    return LinkedVerdict(read_judgement(data), external_ids)


def read_judgement(data: Mapping[str, Any]) -> Judgement:
    """One judgement. Raises InvalidRecord."""
    try:
        value = VerdictValue(read_text(data, "verdict"))
    except ValueError:
        choices = ", ".join(VerdictValue)
        fault = FieldError("verdict", "unknown_verdict", f"This must be one of {choices}.")
        raise InvalidRecord([fault]) from None
    said = (read_text(data, name) for name in ("reason_code", "note", "verification"))
    return Judgement(value, *said)


def _shared(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in JUDGED if name in data}


def _item_id(item: Mapping[str, Any], task_id: int) -> int:
    _refuse_unknown(item, KNOWN_OF_ITEM)
    known = ReviewItem.objects.filter(task_id=task_id)
    external_id, number = read_text(item, "external_id"), item.get("id")
    if number is not None and (isinstance(number, bool) or not isinstance(number, int)):
        raise InvalidRecord([FieldError("id", "invalid", "This must be an integer.")])
    if not external_id and number is None:
        fault = FieldError("items", "required", "Name each payment by id or external_id.")
        raise InvalidRecord([fault])
    # Whoever names both means one payment that has both.
    if external_id:
        known = known.filter(transaction__external_id=external_id)
    if number is not None:
        known = known.filter(pk=number)
    row = known.values_list("pk", flat=True).first()
    if row is None:
        raise InvalidRecord([FieldError("items", "unknown_item", "Not a payment of this task.")])
    return row


def _refuse_unknown(data: Mapping[str, Any], known: set[str]) -> None:
    unknown = [str(name) for name in data if name not in known]
    if unknown:
        raise InvalidRecord(
            FieldError(name, "unknown_field", "There is no such field.") for name in unknown
        )
