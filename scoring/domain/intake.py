"""What a valid transaction is, and its one normal form."""

import hashlib
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson

from scoring.domain import values
from scoring.domain.errors import FieldError, InvalidRecord
from scoring.domain.values import Refused

PAYMENT_STAGES = ("pre_authorization", "authorized", "captured")
REQUIRED = ("external_id", "occurred_at", "amount", "currency")
MAX_ERRORS = 50

Attributes = dict[str, str | int | float | bool]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that an installation may want elsewhere."""

    earliest: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    # Clocks differ, and some senders stamp local time as UTC.
    ahead: timedelta = timedelta(days=1)
    answer_within: timedelta = timedelta(days=366)
    attributes: int = 100


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class TransactionRecord:
    """A valid transaction in normal form; optional fields are None where nothing was sent.

    `content_hash` is the SHA-256 of all the rest, 32 bytes: equal hashes mean equal content.
    """

    external_id: str
    occurred_at: datetime
    amount: Decimal
    currency: str
    customer_id: str | None
    card_id: str | None
    merchant_id: str | None
    device_id: str | None
    ip_address: str | None
    email: str | None
    payment_method: str | None
    channel: str | None
    country: str | None
    billing_country: str | None
    shipping_country: str | None
    customer_since: datetime | None
    payment_stage: str
    respond_by: datetime | None
    attributes: Attributes
    content_hash: bytes

    def content(self) -> dict[str, Any]:
        """Return the present fields by name; validated again they give the same record."""
        present = {name: getattr(self, name) for name in FIELDS}
        return {name: value for name, value in present.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Context:
    """What reading a value may depend on besides the value."""

    now: datetime
    secret: bytes
    limits: Limits = LIMITS


def validate(
    record: Mapping[str, object], *, now: datetime, secret: bytes, limits: Limits = LIMITS
) -> TransactionRecord:
    """Return `record` in normal form.

    Null and empty optional fields count as not sent. Card numbers are replaced by tokens made
    with `secret`. Raises InvalidRecord with everything that is wrong, at most fifty errors;
    codes: required, unknown_field, invalid, too_long, control_character, not_finite,
    too_many_digits, too_many_decimals, out_of_range, unknown_currency, unknown_country,
    unknown_choice, not_flat, too_many, duplicate, not_an_object.
    """
    if not isinstance(record, Mapping):
        message = "A transaction is an object of named fields."
        raise InvalidRecord([FieldError("", "not_an_object", message)])
    errors: list[FieldError] = []
    present = _present(record, Context(now, secret, limits), errors)
    errors.extend(missing(present))
    if errors:
        raise InvalidRecord(errors[:MAX_ERRORS], "The transaction is not valid.")
    return record_of(present)


def record_of(present: dict[str, Any]) -> TransactionRecord:
    """Return the record of fields that READERS brought into normal form, none missing."""
    present.setdefault("payment_stage", "authorized")
    present.setdefault("attributes", {})
    values_in_order: list[Any] = [*(present.get(name) for name in FIELDS), _hash(present)]
    return TransactionRecord(*values_in_order)


def missing(present: Container[str]) -> list[FieldError]:
    """Return an error for each required field that is not among those `present`."""
    return [
        FieldError(name, "required", "This field is required.")
        for name in REQUIRED
        if name not in present
    ]


def _present(
    record: Mapping[str, object], context: Context, errors: list[FieldError]
) -> dict[str, Any]:
    """Return the fields that were sent, in normal form, and note what is wrong with the rest."""
    present: dict[str, Any] = {}
    for name, value in record.items():
        read = READERS.get(name)
        if read is None:
            errors.append(_unknown(name))
        elif not is_blank(value):
            try:
                present[name] = read(value, context)
            except Refused as refused:
                errors.append(FieldError(name, refused.code, refused.message))
                present[name] = None
            except InvalidRecord as invalid:
                errors.extend(invalid.errors)
    return present


def is_blank(value: object) -> bool:
    """Tell whether a value counts as not sent."""
    return value is None or (isinstance(value, str) and not value.strip())


def _unknown(name: object) -> FieldError:
    return FieldError(_shown(name), "unknown_field", "There is no field of this name.")


def _shown(name: object) -> str:
    """Return a foreign name short enough, and encodable, to be repeated in an answer."""
    return str(name)[:100].encode("utf-8", "replace").decode()


def _hash(present: Mapping[str, Any]) -> bytes:
    # Only fields that are present count, so a field added later leaves old hashes as they are.
    canonical = orjson.dumps(present, default=str, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(canonical).digest()


def _occurred_at(value: object, context: Context) -> datetime:
    latest = context.now + context.limits.ahead
    return values.instant(value, earliest=context.limits.earliest, latest=latest)


def _respond_by(value: object, context: Context) -> datetime:
    latest = context.now + context.limits.answer_within
    return values.instant(value, earliest=context.limits.earliest, latest=latest)


def _customer_since(value: object, context: Context) -> datetime:
    latest = context.now + context.limits.ahead
    return values.day_or_instant(value, earliest=_FIRST_CUSTOMER, latest=latest)


def _card_id(value: object, context: Context) -> str:
    return values.card_id(value, secret=context.secret)


def _payment_stage(value: object, context: Context) -> str:
    return values.choice(value, PAYMENT_STAGES)


def _attributes(value: object, context: Context) -> Attributes:
    if not isinstance(value, Mapping):
        raise Refused("invalid", "Attributes are one object of names and values.")
    if len(value) > context.limits.attributes:
        raise Refused("too_many", f"At most {context.limits.attributes} attributes.")
    attributes: Attributes = {}
    errors: list[FieldError] = []
    for raw_name, raw in value.items():
        try:
            name = values.attribute_name(raw_name)
            if name in attributes:
                raise Refused("duplicate", "Two attributes have this name.")
            if not is_blank(raw):
                attributes[name] = values.scalar(raw, secret=context.secret)
        except Refused as refused:
            field = f"attributes.{_shown(raw_name)}"
            errors.append(FieldError(field, refused.code, refused.message))
    if errors:
        raise InvalidRecord(errors)
    return attributes


def _plain(read: Callable[[object], Any]) -> Callable[[object, Context], Any]:
    return lambda value, _: read(value)


_FIRST_CUSTOMER = datetime(1900, 1, 1, tzinfo=UTC)

READERS: dict[str, Callable[[object, Context], Any]] = {
    "external_id": _plain(values.external_id),
    "occurred_at": _occurred_at,
    "amount": _plain(values.money),
    "currency": _plain(values.currency),
    "customer_id": _plain(values.key),
    "card_id": _card_id,
    "merchant_id": _plain(values.key),
    "device_id": _plain(values.key),
    "ip_address": _plain(values.ip_address),
    "email": _plain(values.email),
    "payment_method": _plain(values.category),
    "channel": _plain(values.category),
    "country": _plain(values.country),
    "billing_country": _plain(values.country),
    "shipping_country": _plain(values.country),
    "customer_since": _customer_since,
    "payment_stage": _payment_stage,
    "respond_by": _respond_by,
    "attributes": _attributes,
}
FIELDS = tuple(READERS)
