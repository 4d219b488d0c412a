"""From the text of a mapping to a `Mapping`; every mistake is one clear sentence."""

from datetime import UTC, datetime
from typing import Any

from scoring.domain.intake import FIELDS, REQUIRED
from scoring.domain.mapping.definition import (
    AmountSource,
    AttributeSource,
    GeneratedId,
    LabelSource,
    Mapping,
    Source,
    TimeSource,
    ValueSource,
)
from scoring.domain.mapping.toml_reader import TomlReader

TIME_FIELDS = ("occurred_at", "customer_since", "respond_by")
EVENTS = (
    "issuer_declined",
    "captured",
    "cancelled",
    "refunded",
    "challenge_passed",
    "challenge_failed",
)
PARTS = ("year", "month", "day", "time", "hour", "minute", "second")
SECTIONS = ("fields", "labels", "events", "constants", "attributes", "ignore", "csv", "title")
VALUE_KEYS = (
    "column",
    "columns",
    "joined_by",
    "without_prefix",
    "values",
    "tokenised",
    "optional",
)
TIME_KEYS = ("column", "columns", "format", "parts", "epoch_seconds", "seconds_since", "optional")
LABEL_KEYS = (
    "column",
    "fraud",
    "legitimate",
    "known_at",
    "delay_days",
    "source",
    "fraud_type",
    "reason",
    "optional",
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parse_mapping(text: str, *, name: str) -> Mapping:
    """Read the TOML `text` of the mapping called `name`.

    Raises Problem with code ``invalid_mapping`` for anything that is not exactly a mapping:
    broken TOML, unknown keys, wrong types, required fields that nothing fills.
    """
    table = TomlReader(name, "").loaded(text)
    read = TomlReader(name, "").known(table, SECTIONS)
    fields = _fields(name, read.table(table, "fields", required=True))
    constants = _constants(name, read.table(table, "constants"))
    twice = fields.keys() & constants.keys()
    if twice:
        read.refuse(f"{min(twice)} stands in [fields] and in [constants]")
    unfilled = [field for field in REQUIRED if field not in fields | constants]
    if unfilled:
        read.refuse(f"nothing fills the required field {unfilled[0]}")
    return Mapping(
        name=name,
        fields=fields,
        constants=constants,
        labels=_labels(name, read.table(table, "labels")) if "labels" in table else None,
        events=_events(name, read.table(table, "events")),
        attributes=_attributes(name, read.table(table, "attributes")),
        ignored=_ignored(name, read.table(table, "ignore")),
        delimiter=_delimiter(name, read.table(table, "csv")),
    )


def _fields(name: str, table: dict[str, Any]) -> dict[str, Source]:
    return {field: _source(name, field, given) for field, given in table.items()}


def _source(name: str, field: str, given: Any) -> Source:
    read = TomlReader(name, f"fields.{field}")
    if field not in FIELDS or field == "attributes":
        read.refuse("there is no such field of a transaction")
    if field in TIME_FIELDS:
        return _time(read, given)
    if field == "amount":
        return _amount(read, given)
    if field == "external_id" and isinstance(given, dict) and "generated_from" in given:
        return _generated(read, given)
    return _value(read, given)


def _value(read: TomlReader, given: Any) -> ValueSource:
    if isinstance(given, str):
        return ValueSource((given,))
    read.known(given, VALUE_KEYS)
    return ValueSource(
        columns=read.columns(given),
        joined_by=read.text(given, "joined_by", "-"),
        without_prefix=read.text(given, "without_prefix", ""),
        values=read.texts_by_name(given, "values"),
        tokenised=read.truth(given, "tokenised"),
        optional=read.truth(given, "optional"),
    )


def _amount(read: TomlReader, given: Any) -> AmountSource:
    if isinstance(given, str):
        return AmountSource(given)
    read.known(given, ("column", "symbols", "thousands", "decimal", "magnitude", "optional"))
    return AmountSource(
        column=read.text(given, "column"),
        symbols=read.text(given, "symbols", ""),
        thousands=read.text(given, "thousands", ""),
        decimal=read.text(given, "decimal", "."),
        magnitude=read.truth(given, "magnitude"),
        optional=read.truth(given, "optional"),
    )


def _generated(read: TomlReader, given: Any) -> GeneratedId:
    read.known(given, ("generated_from", "prefix"))
    origin = given["generated_from"]
    columns = () if origin == "row_number" else tuple(read.texts(given, "generated_from"))
    return GeneratedId(columns, read.text(given, "prefix", ""))


def _time(read: TomlReader, given: Any) -> TimeSource:
    if isinstance(given, str):
        return TimeSource((given,))
    read.known(given, TIME_KEYS)
    optional = read.truth(given, "optional")
    if "parts" in given:
        return _time_of_parts(read, given, optional)
    if "epoch_seconds" in given:
        return TimeSource((read.text(given, "epoch_seconds"),), origin=EPOCH, optional=optional)
    if "seconds_since" in given:
        origin = read.moment(given, "seconds_since")
        return TimeSource((read.text(given, "column"),), origin=origin, optional=optional)
    written = read.text(given, "format") if "format" in given else None
    return TimeSource(read.columns(given), format=written, optional=optional)


def _time_of_parts(read: TomlReader, given: dict[str, Any], optional: bool) -> TimeSource:
    parts = read.texts_by_name(given, "parts")
    unknown = [part for part in parts if part not in PARTS]
    if unknown or not {"year", "month", "day"} <= parts.keys():
        read.refuse(f"parts are year, month, day and perhaps {', '.join(PARTS[3:])}")
    return TimeSource(tuple(parts.values()), parts=tuple(parts.items()), optional=optional)


def _constants(name: str, table: dict[str, Any]) -> dict[str, str]:
    read = TomlReader(name, "constants")
    read.known(table, [field for field in FIELDS if field != "attributes"])
    return {field: read.scalar(table, field) for field in table}


def _labels(name: str, table: dict[str, Any]) -> LabelSource:
    read = TomlReader(name, "labels")
    read.known(table, LABEL_KEYS)
    known_at = table.get("known_at")
    return LabelSource(
        column=read.text(table, "column"),
        fraud=read.answers(table, "fraud"),
        legitimate=read.answers(table, "legitimate"),
        known_at=_time(TomlReader(name, "labels.known_at"), known_at) if known_at else None,
        delay_days=read.number(table, "delay_days"),
        source=read.text(table, "source") if "source" in table else None,
        fraud_type=read.text(table, "fraud_type") if "fraud_type" in table else None,
        reason=read.text(table, "reason") if "reason" in table else None,
        optional=read.truth(table, "optional"),
    )


def _events(name: str, table: dict[str, Any]) -> dict[str, TimeSource]:
    TomlReader(name, "events").known(table, EVENTS)
    return {event: _time(TomlReader(name, f"events.{event}"), at) for event, at in table.items()}


def _attributes(name: str, table: dict[str, Any]) -> AttributeSource:
    read = TomlReader(name, "attributes")
    read.known(table, ("columns", "numbers", "truths", "names", "nested"))
    return AttributeSource(
        columns=tuple(read.texts(table, "columns")) if "columns" in table else None,
        numbers=frozenset(read.texts(table, "numbers", [])),
        truths=frozenset(read.texts(table, "truths", [])),
        names=read.texts_by_name(table, "names"),
        nested=read.text(table, "nested") if "nested" in table else None,
    )


def _ignored(name: str, table: dict[str, Any]) -> frozenset[str]:
    read = TomlReader(name, "ignore")
    read.known(table, ("columns",))
    return frozenset(read.texts(table, "columns", []))


def _delimiter(name: str, table: dict[str, Any]) -> str | None:
    read = TomlReader(name, "csv")
    read.known(table, ("delimiter",))
    delimiter = read.text(table, "delimiter", "")
    if len(delimiter) > 1:
        read.refuse("delimiter is one character")
    return delimiter or None
