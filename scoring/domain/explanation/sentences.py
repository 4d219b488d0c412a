"""One sentence for one input of one payment. Facts only: a sentence never accuses."""

import math
from collections.abc import Callable, Sequence

from scoring.domain.explanation.families import entity_words
from scoring.domain.features import Feature, FeatureSet, Kind
from scoring.domain.wording import count, money, number, rate

TIMES = "\N{MULTIPLICATION SIGN}"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LINKS = {
    "customer_id": "by this customer",
    "card_id": "with this card",
    "merchant_id": "at this merchant",
    "device_id": "from this device",
    "ip_key": "from this IP address",
    "email_key": "with this e-mail address",
    "country": "in this country",
}
PLURALS = {"country": "countries", "billing country": "billing countries"} | {
    "shipping country": "shipping countries",
    "IP address": "IP addresses",
    "e-mail address": "e-mail addresses",
}
# What an empty window has too: missing only where the payment has no such entity.
NEVER_MISSING = {"count", "sum", "distinct"}
DAY = 86_400
UNITS = ((DAY, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def sentence(feature_set: FeatureSet, position: int, values: Sequence[float], currency: str) -> str:
    """What input `position` of a payment with these `values` (NaN: missing) says, in words."""
    feature, value = feature_set.features[position], values[position]
    if feature.kind is Kind.WINDOW and math.isnan(value):
        return _missing_window(feature, _is_named(feature_set, values, feature.entity))
    if feature.kind is Kind.WINDOW:
        if feature.aggregate == "mean":
            return _mean(feature, value, _amount(feature_set, values), currency)
        return WINDOWS[feature.aggregate](feature, value, currency)
    return _plain(feature, value, currency)


def span(seconds: float) -> str:
    """A length of time in its largest whole unit: "1 hour", "30 days", "42 seconds"."""
    for length, unit in UNITS:
        if seconds >= length:
            return count(int(seconds // length), unit)
    return "less than a second"


def window_words(seconds: int) -> str:
    """The length of a window in its largest unit that fits exactly: "36 hours", "30 days"."""
    length, unit = next(pair for pair in UNITS if seconds % pair[0] == 0)
    return count(seconds // length, unit)


def _subject(feature: Feature) -> str:
    """The label, or what the feature is called in its set, as the start of a sentence."""
    words = feature.label or feature.column or feature.attribute or feature.name
    words = words.replace("_", " ")
    return words[:1].upper() + words[1:]


def _plain(feature: Feature, value: float, currency: str) -> str:
    if math.isnan(value):
        return _missing(feature)
    return PLAIN[feature.kind](feature, value, currency)


def _missing(feature: Feature) -> str:
    if feature.kind is Kind.TENURE:
        return "It is not known since when this customer exists"
    if feature.kind is Kind.DIFFERS:
        return f"{_both(feature)} cannot be compared: one is missing"
    return f"{_subject(feature)} is missing"


def _both(feature: Feature) -> str:
    first, second = (column.replace("_", " ") for column in feature.columns)
    return f"{first[:1].upper()}{first[1:]} and {second}"


def _hour(feature: Feature, value: float, currency: str) -> str:
    return f"Made between {int(value):02d}:00 and {(int(value) + 1) % 24:02d}:00 UTC"


def _category(feature: Feature, value: float, currency: str) -> str:
    place = int(value)
    if place >= len(feature.levels):
        return f"{_subject(feature)}: none of the usual ones"
    return f"{_subject(feature)}: {feature.levels[place].replace('_', ' ')}"


def _tenure(feature: Feature, value: float, currency: str) -> str:
    if value < 1:
        return "Customer since less than a day"
    return f"Customer for {count(int(value), 'day')}"


def _date(feature: Feature, value: float, currency: str) -> str:
    side = "before" if value >= 0 else "after"
    return f"{_subject(feature)} is {span(abs(value) * DAY)} {side} this payment"


def _flag(feature: Feature, value: float, currency: str) -> str:
    return f"{_subject(feature)}: {'yes' if value else 'no'}"


PLAIN: dict[Kind, Callable[[Feature, float, str], str]] = {
    Kind.AMOUNT: lambda feature, value, currency: f"Amount is {money(value, currency)}",
    Kind.HOUR: _hour,
    Kind.WEEKDAY: lambda feature, value, currency: f"Made on a {WEEKDAYS[int(value) % 7]}",
    Kind.WEEKEND: lambda feature, value, currency: (
        "Made on a weekend" if value else "Made on a weekday"
    ),
    Kind.NIGHT: lambda feature, value, currency: "Made at night" if value else "Made by day",
    Kind.TENURE: _tenure,
    Kind.DIFFERS: lambda feature, value, currency: (
        f"{_both(feature)} {'differ' if value else 'agree'}"
    ),
    Kind.CATEGORY: _category,
    Kind.NUMBER: lambda feature, value, currency: f"{_subject(feature)}: {_short(value)}",
    Kind.FLAG: _flag,
    Kind.DATE: _date,
    Kind.DISTANCE: lambda feature, value, currency: f"{_subject(feature)}: {_short(value)} km",
}


def _short(value: float) -> str:
    return number(value, 0 if value == int(value) or abs(value) >= 100 else 2)


def _amount(feature_set: FeatureSet, values: Sequence[float]) -> float | None:
    """The amount of the payment, where the feature set holds it."""
    for feature, value in zip(feature_set.features, values, strict=True):
        if feature.kind is Kind.AMOUNT and not math.isnan(value):
            return value
    return None


def _this(feature: Feature) -> str:
    return f"this {entity_words(feature.entity)}"


def _within(feature: Feature) -> str:
    if not feature.delay_seconds:
        return f"in {window_words(feature.window_seconds)}"
    ago = window_words(feature.delay_seconds)
    return f"in the {window_words(feature.window_seconds)} up to {ago} ago"


def told_as_ratio(feature: Feature) -> bool:
    """Whether a mean is told as the amount over it, where the amount is known."""
    return feature.aggregate == "mean" and not feature.delay_seconds


def _mean(feature: Feature, value: float, amount: float | None, currency: str) -> str:
    if amount is None or value <= 0 or not told_as_ratio(feature):
        return (
            f"Mean payment {LINKS[feature.entity]} {_within(feature)} is {money(value, currency)}"
        )
    return _ratio(feature, amount / value)


def _ratio(feature: Feature, ratio: float) -> str:
    window = window_words(feature.window_seconds).rstrip("s").replace(" ", "-")
    mean = f"{_this(feature)}'s {window} mean"
    if 0.85 <= ratio <= 1.15:
        return f"Amount is about {mean}"
    digits = 0 if ratio >= 10 else 1 if ratio >= 1 else 2
    return f"Amount is {number(ratio, digits)} {TIMES} {mean}"


def _no_history(feature: Feature) -> str:
    return f"No other payment {LINKS[feature.entity]} {_within(feature)} to compare with"


def _is_named(feature_set: FeatureSet, values: Sequence[float], entity: str) -> bool | None:
    """Whether the payment names this entity; None where no input of the set tells."""
    telling = [
        value
        for feature, value in zip(feature_set.features, values, strict=True)
        if feature.entity == entity and feature.aggregate in NEVER_MISSING
    ]
    return any(not math.isnan(value) for value in telling) if telling else None


def _missing_window(feature: Feature, named: bool | None) -> str:
    entity = entity_words(feature.entity)
    if feature.aggregate == "same":
        other = entity_words(feature.other)
        missing = other if named else f"{entity} or no {other}"
        return f"The payment names no {missing} to compare with"
    if feature.aggregate == "distinct":
        return f"The payment names no {entity} whose {_plural(feature.other)} could be counted"
    if named is False or feature.aggregate in NEVER_MISSING:
        return f"The payment names no {entity}"
    if feature.aggregate == "seconds_since_last":
        return f"No other payment {LINKS[feature.entity]} {_within(feature)}"
    if feature.aggregate == "seconds_since_first":
        return f"No payment {LINKS[feature.entity]} was seen before"
    return _no_history(feature)


def _plural(entity: str) -> str:
    noun = entity_words(entity)
    return PLURALS.get(noun, f"{noun}s")


def _distinct(feature: Feature, value: float, currency: str) -> str:
    noun = entity_words(feature.other)
    if value > 1:
        return (
            f"{int(value)} different {_plural(feature.other)} "
            f"{LINKS[feature.entity]} {_within(feature)}"
        )
    return f"{'One' if value else 'No'} {noun} {LINKS[feature.entity]} {_within(feature)}"


def _same(feature: Feature, value: float, currency: str) -> str:
    link = LINKS.get(feature.other, f"with this {entity_words(feature.other)}")
    if value <= 0:
        return f"First payment {LINKS[feature.entity]} {link} {_within(feature)}"
    times = count(int(value), "earlier payment")
    return f"{times} {LINKS[feature.entity]} {link} {_within(feature)}"


def _payments(feature: Feature, value: float, currency: str) -> str:
    return f"{count(int(value), 'payment')} {LINKS[feature.entity]} {_within(feature)}"


def _money_window(what: str, verb: str) -> Callable[[Feature, float, str], str]:
    def told(feature: Feature, value: float, currency: str) -> str:
        amount = money(value, currency)
        return f"{what} {LINKS[feature.entity]} {_within(feature)} {verb} {amount}"

    return told


def _fraud_share(feature: Feature, value: float, currency: str) -> str:
    window = window_words(feature.window_seconds)
    if value <= 0:
        return f"No fraud {LINKS[feature.entity]} became known in {window}"
    return (
        f"Frauds that became known {LINKS[feature.entity]} in {window}: {rate(value)} of payments"
    )


def _declined_share(feature: Feature, value: float, currency: str) -> str:
    share = rate(value, 0) if value > 0 else "None"
    return f"{share} of the payments {LINKS[feature.entity]} {_within(feature)} were declined"


WINDOWS: dict[str, Callable[[Feature, float, str], str]] = {
    "count": _payments,
    "sum": _money_window("Payments", "come to"),
    "max": _money_window("Largest payment", "is"),
    "distinct": _distinct,
    "same": _same,
    "amount_ratio": lambda feature, value, currency: _ratio(feature, value),
    "seconds_since_last": lambda feature, value, currency: (
        f"The last payment {LINKS[feature.entity]} was {span(value)} before"
    ),
    "seconds_since_first": lambda feature, value, currency: (
        f"The first payment {LINKS[feature.entity]} was {span(value)} before"
    ),
    "declined_share": _declined_share,
    "fraud_share": _fraud_share,
}
