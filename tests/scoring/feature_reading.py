"""The contract of docs/features.md read slowly: plain Python over lists, exact fractions.

Nothing here shares code with the SQL. A payment is a mapping of columns with `id`,
`occurred_at`, `base_amount` and `attributes`; None where it has no such value.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from scoring.domain.features import Feature, FeatureSet, Kind

Payment = Mapping[str, Any]
Value = Fraction | float | int | None
NUMBER = re.compile(r" *[-+]?([0-9]{1,15}(\.[0-9]{0,15})?|\.[0-9]{1,15})([eE][-+]?[0-9])? *")


@dataclass(frozen=True)
class Fraud:
    """A label that said fraud from `known_at` until it was retracted, if it was."""

    transaction_id: int
    known_at: datetime
    retracted_at: datetime | None = None


@dataclass(frozen=True)
class History:
    """All that one vector may see."""

    payments: Sequence[Payment]
    frauds: Sequence[Fraud] = ()
    # (transaction id, moment) of each decline by the issuer.
    declines: Sequence[tuple[int, datetime]] = field(default=())


def vector(feature_set: FeatureSet, payment: Payment, history: History) -> list[Value]:
    """Return the inputs of a payment, None where one is missing."""
    return [value(feature, payment, history) for feature in feature_set.features]


def value(feature: Feature, payment: Payment, history: History) -> Value:
    """Return one input of a payment, None where it is missing."""
    if feature.kind is not Kind.WINDOW:
        return PLAIN[feature.kind](feature, payment)
    if payment.get(feature.entity) is None:
        return None
    own = [p for p in history.payments if p.get(feature.entity) == payment[feature.entity]]
    return WINDOWS[feature.aggregate](feature, payment, own, history)


def in_window(feature: Feature, moment: datetime, other: datetime) -> bool:
    """F1, F2: the window is (t - d - w, t - d]."""
    end = moment - timedelta(seconds=feature.delay_seconds)
    return end - timedelta(seconds=feature.window_seconds) < other <= end


def inside(feature: Feature, payment: Payment, own: Sequence[Payment]) -> list[Payment]:
    return [p for p in own if in_window(feature, payment["occurred_at"], p["occurred_at"])]


def total(payments: Sequence[Payment]) -> Fraction:
    return sum((Fraction(p["base_amount"]) for p in payments), Fraction(0))


def _count(feature: Feature, payment: Payment, own: Sequence[Payment], _: History) -> Value:
    return len(inside(feature, payment, own))


def _sum(feature: Feature, payment: Payment, own: Sequence[Payment], _: History) -> Value:
    return total(inside(feature, payment, own))


def _mean(feature: Feature, payment: Payment, own: Sequence[Payment], _: History) -> Value:
    seen = inside(feature, payment, own)
    return total(seen) / len(seen) if seen else None


def _max(feature: Feature, payment: Payment, own: Sequence[Payment], _: History) -> Value:
    return max((Fraction(p["base_amount"]) for p in inside(feature, payment, own)), default=None)


def _distinct(feature: Feature, payment: Payment, own: Sequence[Payment], _: History) -> Value:
    values = {p.get(feature.other) for p in inside(feature, payment, own)}
    return len(values - {None})


def _same(feature: Feature, payment: Payment, own: Sequence[Payment], _: History) -> Value:
    wanted = payment.get(feature.other)
    if wanted is None:
        return None
    others = [p for p in inside(feature, payment, own) if p["id"] != payment["id"]]
    return sum(p.get(feature.other) == wanted for p in others)


def _amount_ratio(feature: Feature, payment: Payment, own: Sequence[Payment], _: History) -> Value:
    others = [p for p in inside(feature, payment, own) if p["id"] != payment["id"]]
    if not others or not total(others):
        return None
    return Fraction(payment["base_amount"]) / (total(others) / len(others))


def _since_last(feature: Feature, payment: Payment, own: Sequence[Payment], _: History) -> Value:
    return _since(max(_before(feature, payment, own), default=None), payment)


def _since_first(feature: Feature, payment: Payment, own: Sequence[Payment], _: History) -> Value:
    return _since(min(_before(feature, payment, own), default=None), payment)


def _before(feature: Feature, payment: Payment, own: Sequence[Payment]) -> list[datetime]:
    moments = [p["occurred_at"] for p in own if p["occurred_at"] < payment["occurred_at"]]
    if not feature.window_seconds:
        return moments
    return [moment for moment in moments if in_window(feature, payment["occurred_at"], moment)]


def _since(moment: datetime | None, payment: Payment) -> Value:
    if moment is None:
        return None
    return Fraction((payment["occurred_at"] - moment) // timedelta(microseconds=1), 1_000_000)


def _declined_share(
    feature: Feature, payment: Payment, own: Sequence[Payment], history: History
) -> Value:
    seen = inside(feature, payment, own)
    declined = {id_ for id_, moment in history.declines if moment <= payment["occurred_at"]}
    return Fraction(sum(p["id"] in declined for p in seen), len(seen)) if seen else None


def _fraud_share(
    feature: Feature, payment: Payment, own: Sequence[Payment], history: History
) -> Value:
    seen = inside(feature, payment, own)
    if not seen:
        return 0
    moment = payment["occurred_at"]
    window = timedelta(seconds=feature.window_seconds)
    others = {p["id"] for p in own} - {payment["id"]}
    known = [
        fraud
        for fraud in history.frauds
        if fraud.transaction_id in others
        and moment - window < fraud.known_at <= moment
        and (fraud.retracted_at is None or fraud.retracted_at > moment)
    ]
    return min(Fraction(1), Fraction(len(known), len(seen)))


WINDOWS = {
    "count": _count,
    "sum": _sum,
    "mean": _mean,
    "max": _max,
    "distinct": _distinct,
    "same": _same,
    "amount_ratio": _amount_ratio,
    "seconds_since_last": _since_last,
    "seconds_since_first": _since_first,
    "declined_share": _declined_share,
    "fraud_share": _fraud_share,
}


def _utc(payment: Payment) -> datetime:
    moment: datetime = payment["occurred_at"]
    return moment.astimezone(UTC)


def _text(payment: Payment, name: str) -> str | None:
    """An attribute as PostgreSQL's ->> gives it: text is itself, true and false are words."""
    given = (payment.get("attributes") or {}).get(name)
    return str(given).lower() if isinstance(given, bool) else None if given is None else str(given)


def _number(payment: Payment, name: str) -> Fraction | None:
    text = _text(payment, name)
    if text is None or not NUMBER.fullmatch(text):
        return None
    return Fraction(text.strip(" "))


def _tenure(_: Feature, payment: Payment) -> Value:
    since = payment.get("customer_since")
    if since is None:
        return None
    return Fraction((payment["occurred_at"] - since) // timedelta(microseconds=1), 86_400_000_000)


def _differs(feature: Feature, payment: Payment) -> Value:
    one, other = (payment.get(column) for column in feature.columns)
    return None if one is None or other is None else int(one != other)


def _category(feature: Feature, payment: Payment) -> Value:
    text = payment.get(feature.column) if feature.column else _text(payment, feature.attribute)
    if text is None:
        return None
    return feature.levels.index(text) if text in feature.levels else len(feature.levels)


def _flag(feature: Feature, payment: Payment) -> Value:
    text = (_text(payment, feature.attribute) or "").lower()
    return {"true": 1, "1": 1, "yes": 1, "false": 0, "0": 0, "no": 0}.get(text)


def _date(feature: Feature, payment: Payment) -> Value:
    text = _text(payment, feature.attribute) or ""
    if not re.match("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None
    since = payment["occurred_at"] - datetime.combine(day, time(), UTC)
    return Fraction(since // timedelta(microseconds=1), 86_400_000_000)


def _distance(feature: Feature, payment: Payment) -> Value:
    numbers = [_number(payment, name) for name in feature.attributes]
    if None in numbers:
        return None
    latitude, longitude, other_latitude, other_longitude = (float(n) for n in numbers)  # type: ignore[arg-type]
    if max(abs(latitude), abs(other_latitude)) > 90:
        return None
    one, two = math.radians(latitude), math.radians(other_latitude)
    turn = math.radians(other_longitude - longitude)
    half = math.sin((two - one) / 2) ** 2 + math.cos(one) * math.cos(two) * math.sin(turn / 2) ** 2
    return 2 * 6371.0088 * math.asin(min(1.0, math.sqrt(half)))


PLAIN = {
    Kind.AMOUNT: lambda feature, payment: Fraction(payment["base_amount"]),
    Kind.HOUR: lambda feature, payment: _utc(payment).hour,
    Kind.WEEKDAY: lambda feature, payment: _utc(payment).weekday(),
    Kind.WEEKEND: lambda feature, payment: int(_utc(payment).weekday() >= 5),
    Kind.NIGHT: lambda feature, payment: int(_utc(payment).hour <= feature.until_hour),
    Kind.TENURE: _tenure,
    Kind.DIFFERS: _differs,
    Kind.CATEGORY: _category,
    Kind.NUMBER: lambda feature, payment: _number(payment, feature.attribute),
    Kind.FLAG: _flag,
    Kind.DATE: _date,
    Kind.DISTANCE: _distance,
}
