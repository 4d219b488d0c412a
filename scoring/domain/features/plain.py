"""The SQL of features that need the transaction alone: its columns and its attributes.

An attribute that cannot be read is missing, never an error in the middle of a batch.
"""

from scoring.domain.features.definition import Feature, Kind

EARTH_RADIUS_KM = 6371.0088
LARGEST_LATITUDE = 90
# Digits are spelled out: a class such as \d may take in digits that no cast can read.
NUMBER = r"^ *[-+]?([0-9]{1,15}([.][0-9]{0,15})?|[.][0-9]{1,15})([eE][-+]?[0-9])? *$"
DATE = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"


def plain_expression(feature: Feature) -> str:
    """The expression of a feature that needs the transaction alone."""
    local = "t.occurred_at AT TIME ZONE 'UTC'"
    match feature.kind:
        case Kind.AMOUNT:
            return "t.base_amount"
        case Kind.HOUR:
            return f"EXTRACT(HOUR FROM {local})"
        case Kind.WEEKDAY:
            return f"EXTRACT(ISODOW FROM {local}) - 1"
        case Kind.WEEKEND:
            return f"(EXTRACT(ISODOW FROM {local}) >= 6)::int"
        case Kind.NIGHT:
            return f"(EXTRACT(HOUR FROM {local}) <= {feature.until_hour})::int"
        case Kind.TENURE:
            return "EXTRACT(EPOCH FROM t.occurred_at - t.customer_since) / 86400"
        case Kind.DIFFERS:
            return f"(t.{feature.columns[0]} <> t.{feature.columns[1]})::int"
        case Kind.CATEGORY:
            return _category(feature)
        case _:
            return _attribute(feature)


def _attribute(feature: Feature) -> str:
    match feature.kind:
        case Kind.NUMBER:
            return _number(feature.attribute)
        case Kind.FLAG:
            text = f"lower(d.attributes->>{_quoted(feature.attribute)})"
            return (
                f"CASE WHEN {text} IN ('true', '1', 'yes') THEN 1"
                f" WHEN {text} IN ('false', '0', 'no') THEN 0 END"
            )
        case Kind.DATE:
            return _date(feature.attribute)
        case _:
            return _distance(*(_number(name) for name in feature.attributes))


def _date(attribute: str) -> str:
    """Days from midnight of the date to the payment."""
    text = f"d.attributes->>{_quoted(attribute)}"
    # to_date() fails on a 30 February; days counted from the first of the month do not.
    date = f"(to_date(left({text}, 7), 'YYYY-MM') + substr({text}, 9, 2)::int - 1)"
    days = f"EXTRACT(EPOCH FROM t.occurred_at - {date}::timestamp AT TIME ZONE 'UTC') / 86400"
    exists = f"EXTRACT(MONTH FROM {date}) = substr({text}, 6, 2)::int"
    return (
        f"CASE WHEN {text} ~ {_quoted(DATE)} AND left({text}, 4) <> '0000'"
        f" THEN CASE WHEN {exists} THEN {days} END END"
    )


def _number(attribute: str) -> str:
    text = f"d.attributes->>{_quoted(attribute)}"
    return f"CASE WHEN {text} ~ {_quoted(NUMBER)} THEN ({text})::float8 END"


def _category(feature: Feature) -> str:
    """The place of the value among the declared levels; one past the last for any other."""
    value = (
        f"t.{feature.column}" if feature.column else f"d.attributes->>{_quoted(feature.attribute)}"
    )
    levels = " ".join(
        f"WHEN {_quoted(level)} THEN {place}" for place, level in enumerate(feature.levels)
    )
    place = f"CASE {value} {levels} ELSE {len(feature.levels)} END"
    return f"CASE WHEN {value} IS NOT NULL THEN {place} END"


def _distance(latitude: str, longitude: str, other_latitude: str, other_longitude: str) -> str:
    """Great-circle distance in km by the haversine formula (Sinnott, 1984)."""
    half = (
        f"power(sind((({other_latitude}) - ({latitude})) / 2), 2)"
        f" + cosd({latitude}) * cosd({other_latitude})"
        f" * power(sind((({other_longitude}) - ({longitude})) / 2), 2)"
    )
    # Beyond the poles the formula would take the root of a negative number, and LEAST() would
    # make the largest distance of a missing longitude.
    possible = (
        f"abs({latitude}) <= {LARGEST_LATITUDE} AND abs({other_latitude}) <= {LARGEST_LATITUDE}"
        f" AND ({longitude}) - ({other_longitude}) IS NOT NULL"
    )
    return f"CASE WHEN {possible} THEN 2 * {EARTH_RADIUS_KM} * asin(LEAST(1, sqrt({half}))) END"


def _quoted(text: str) -> str:
    """A string literal; percent signs are doubled for the driver's parameters."""
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"
