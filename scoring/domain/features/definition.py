"""What a feature is, and how a feature set is read from TOML."""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from enum import StrEnum

from scoring.domain.errors import FieldError, Problem

ENTITIES = {
    "customer_id": "customer",
    "card_id": "card",
    "merchant_id": "merchant",
    "device_id": "device",
    "ip_key": "IP address",
    "email_key": "e-mail address",
}
AGGREGATES = {
    "count": "number of payments",
    "sum": "sum of amounts",
    "mean": "mean amount",
    "max": "largest amount",
    "distinct": "number of different values of `other`",
    "same": "earlier payments with the same value of `other`",
    "amount_ratio": "this amount over the mean of the others",
    "seconds_since_last": "seconds since the payment before",
    "seconds_since_first": "seconds since the first payment",
    "declined_share": "share declined by the issuer",
    "fraud_share": "frauds that became known in the window over payments of the delayed window",
}
COLUMNS = frozenset(
    {*ENTITIES, "payment_method", "channel", "country", "billing_country", "shipping_country"}
)
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
ATTRIBUTE = re.compile(r"[A-Za-z0-9_.\- ]{1,64}")
DURATION = re.compile(r"(\d{1,4})([smhd])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Kind(StrEnum):
    """How a feature's value comes about."""

    AMOUNT = "amount"
    HOUR = "hour"
    WEEKDAY = "weekday"
    WEEKEND = "weekend"
    NIGHT = "night"
    TENURE = "tenure"
    DIFFERS = "differs"
    CATEGORY = "category"
    NUMBER = "number"
    FLAG = "flag"
    DATE = "date"
    DISTANCE = "distance"
    WINDOW = "window"


# Which keys a kind takes beside name, kind and label: (required, optional).
KEYS: Mapping[Kind, tuple[frozenset[str], frozenset[str]]] = {
    Kind.AMOUNT: (frozenset(), frozenset()),
    Kind.HOUR: (frozenset(), frozenset()),
    Kind.WEEKDAY: (frozenset(), frozenset()),
    Kind.WEEKEND: (frozenset(), frozenset()),
    Kind.NIGHT: (frozenset(), frozenset({"until_hour"})),
    Kind.TENURE: (frozenset(), frozenset()),
    Kind.DIFFERS: (frozenset({"columns"}), frozenset()),
    Kind.CATEGORY: (frozenset({"levels"}), frozenset({"column", "attribute"})),
    Kind.NUMBER: (frozenset({"attribute"}), frozenset()),
    Kind.FLAG: (frozenset({"attribute"}), frozenset()),
    Kind.DATE: (frozenset({"attribute"}), frozenset()),
    Kind.DISTANCE: (frozenset({"attributes"}), frozenset()),
    Kind.WINDOW: (
        frozenset({"entity", "aggregate"}),
        frozenset({"window", "delay", "other"}),
    ),
}


class InvalidFeatureSet(Problem):
    """A feature set that cannot be used, with every fault in it."""

    def __init__(self, faults: list[FieldError]) -> None:
        sentence = "; ".join(f"{fault.field}: {fault.message}" for fault in faults)
        super().__init__("invalid_feature_set", sentence, tuple(faults))


@dataclass(frozen=True, slots=True)
class Feature:
    """One model input. Durations are whole seconds."""

    name: str
    kind: Kind
    label: str = ""
    column: str = ""
    columns: tuple[str, ...] = ()
    attribute: str = ""
    attributes: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    until_hour: int = 6
    entity: str = ""
    aggregate: str = ""
    other: str = ""
    window_seconds: int = 0
    delay_seconds: int = 0

    @property
    def window(self) -> timedelta:
        """The length of the window; zero means all of history."""
        return timedelta(seconds=self.window_seconds)

    @property
    def delay(self) -> timedelta:
        """By how much the window lies in the past."""
        return timedelta(seconds=self.delay_seconds)


@dataclass(frozen=True, slots=True)
class FeatureSet:
    """An ordered list of features. Its hash names the meaning of a stored vector for ever."""

    name: str
    features: tuple[Feature, ...]
    definition: str

    @property
    def names(self) -> tuple[str, ...]:
        """The feature names, in the order of the vector."""
        return tuple(feature.name for feature in self.features)

    @property
    def hash(self) -> str:
        """SHA-256 (hex) of what is computed: comments, layout and labels do not count."""
        meaning = [asdict(replace(feature, label="")) for feature in self.features]
        content = json.dumps(meaning, sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()

    @property
    def needs_attributes(self) -> bool:
        """Whether computing it reads the erasable details."""
        return any(feature.attribute or feature.attributes for feature in self.features)


def parse_feature_set(text: str) -> FeatureSet:
    """Read a feature set from TOML text.

    Raises
    ------
    InvalidFeatureSet
        With every fault: unknown keys, kinds, entities, durations, names used twice.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidFeatureSet([FieldError("file", "invalid_toml", str(error))]) from None
    faults = _document_faults(document)
    if faults:
        raise InvalidFeatureSet(faults)
    features = tuple(_feature(entry, faults) for entry in document["features"])
    names = [feature.name for feature in features]
    faults += [
        FieldError(name, "duplicate", "this name stands twice")
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    if faults:
        raise InvalidFeatureSet(faults)
    return FeatureSet(document["name"], features, text)


def _document_faults(document: Mapping[str, object]) -> list[FieldError]:
    faults = [
        FieldError(key, "unknown_field", "is not a key of a feature set")
        for key in document
        if key not in {"name", "features"}
    ]
    if not isinstance(document.get("name"), str):
        faults.append(FieldError("name", "required", "a feature set needs a name"))
    entries = document.get("features")
    if not isinstance(entries, list) or not entries:
        faults.append(FieldError("features", "required", "at least one feature is needed"))
    elif not all(isinstance(entry, dict) for entry in entries):
        faults.append(FieldError("features", "invalid", "each feature is a table"))
    return faults


def _feature(entry: Mapping[str, object], faults: list[FieldError]) -> Feature:
    name = str(entry.get("name", ""))
    own = _entry_faults(name, entry)
    if own:
        faults += own
        return Feature(name, Kind.AMOUNT)
    values: dict[str, object] = {**entry, "kind": Kind(str(entry["kind"]))}
    for key in ("columns", "attributes", "levels"):
        if key in values:
            values[key] = tuple(str(part) for part in values[key])  # type: ignore[attr-defined]
    for key in ("window", "delay"):
        if key in values:
            values[f"{key}_seconds"] = duration_seconds(str(values.pop(key)))
    feature = Feature(**values)  # type: ignore[arg-type]
    faults += _meaning_faults(feature)
    return feature


def _entry_faults(name: str, entry: Mapping[str, object]) -> list[FieldError]:
    """Faults of shape: name, kind, keys, durations."""
    if not NAME.fullmatch(name):
        return [FieldError(name or "name", "invalid", "a name is [a-z][a-z0-9_]*")]
    if entry.get("kind") not in set(Kind):
        return [FieldError(name, "unknown_kind", f"kind is one of {', '.join(Kind)}")]
    required, optional = KEYS[Kind(str(entry["kind"]))]
    given = set(entry) - {"name", "kind", "label"}
    faults = [FieldError(name, "required", f"needs `{key}`") for key in sorted(required - given)]
    faults += [
        FieldError(name, "unknown_field", f"does not take `{key}`")
        for key in sorted(given - required - optional)
    ]
    faults += [
        FieldError(name, "invalid", f"`{key}` is a number and s, m, h or d, such as 7d")
        for key in ("window", "delay")
        if key in entry and not DURATION.fullmatch(str(entry[key]))
    ]
    return faults


def _meaning_faults(feature: Feature) -> list[FieldError]:
    """Faults of meaning: columns, entities and aggregates that do not exist or do not fit."""
    faults: list[str] = []
    used = [*feature.columns, *filter(None, [feature.column, feature.other])]
    faults += [f"`{column}` is no column" for column in used if column not in COLUMNS]
    named = [*feature.attributes, *filter(None, [feature.attribute])]
    faults += [
        f"`{name}` cannot be an attribute" for name in named if not ATTRIBUTE.fullmatch(name)
    ]
    if feature.kind is Kind.DIFFERS and len(feature.columns) != 2:
        faults.append("`columns` names two columns")
    if feature.kind is Kind.DISTANCE and len(feature.attributes) != 4:
        faults.append("`attributes` names latitude, longitude, latitude, longitude")
    if feature.kind is Kind.CATEGORY and bool(feature.column) == bool(feature.attribute):
        faults.append("needs either `column` or `attribute`")
    if feature.kind is Kind.WINDOW:
        faults += _window_faults(feature)
    return [FieldError(feature.name, "invalid", fault) for fault in faults]


def _window_faults(feature: Feature) -> list[str]:
    faults = []
    if feature.entity not in ENTITIES:
        faults.append(f"`entity` is one of {', '.join(ENTITIES)}")
    if feature.aggregate not in AGGREGATES:
        faults.append(f"`aggregate` is one of {', '.join(AGGREGATES)}")
    if (feature.aggregate in {"distinct", "same"}) != bool(feature.other):
        faults.append("`other` goes with distinct and same, and only with them")
    if feature.aggregate != "seconds_since_first" and not feature.window_seconds:
        faults.append("needs `window`")
    if feature.delay_seconds and feature.aggregate not in {"count", "sum", "mean", "fraud_share"}:
        faults.append("`delay` goes with count, sum, mean and fraud_share")
    return faults


def duration_seconds(text: str) -> int:
    """Return the seconds of "90s", "15m", "12h" or "30d"."""
    match = DURATION.fullmatch(text)
    if not match:
        raise ValueError(f"not a duration: {text!r}")
    number, unit = match.groups()
    return int(timedelta(**{UNITS[unit]: int(number)}).total_seconds())
