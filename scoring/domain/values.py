"""One value as a caller sent it, into the one form we store; or why that cannot be.

Each function takes a value of any type and returns its normal form, or raises Refused. A normal
form is accepted again and stays as it is.
"""

import math
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation

from scoring.domain import keys
from scoring.domain.codes import COUNTRIES, CURRENCIES

MAX_INTEGER_DIGITS = 12
MAX_DECIMALS = 4
LARGEST_NUMBER = 1e18
# PostgreSQL cannot store smaller ones as `real`, and no feature is that small.
SMALLEST_NUMBER = 1e-30
LONGEST_TEXT = 500


class Refused(Exception):
    """Why one value cannot be stored: a stable code and one sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


def text(value: object, *, longest: int = LONGEST_TEXT) -> str:
    """Return trimmed, composed text of at most `longest` visible characters, perhaps none."""
    if not isinstance(value, str):
        raise Refused("invalid", "This must be text.")
    cleaned = keys.normalised(value)
    if len(cleaned) > longest:
        raise Refused("too_long", f"At most {longest} characters.")
    if keys.has_unseen(cleaned):
        raise Refused("control_character", "Control and invisible characters are not allowed.")
    return cleaned


def key(value: object, *, longest: int = keys.MAX_LENGTH) -> str:
    """Return an id as text; whole numbers are taken as the text of their digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = _digits(value, longest)
    return text(value, longest=longest)


def external_id(value: object) -> str:
    """Return the id by which the caller will ask again, so it must survive in an address."""
    cleaned = key(value)
    if "." in cleaned and {".", ".."} & set(cleaned.split("/")):
        raise Refused("invalid", "An id may not have '.' or '..' between slashes.")
    for taken in ("/events", "/statements", "/appeals"):
        if cleaned.endswith(taken):
            raise Refused("invalid", f"An id may not end in {taken}, which is an address.")
    return cleaned


def card_id(value: object, *, secret: bytes) -> str:
    """Return the id of a card; a card number becomes a token and its last four digits."""
    return keys.tokenised(key(value), secret=secret)


def attribute_name(value: object) -> str:
    """Return the name of an attribute, which has at least one character."""
    name = text(value, longest=keys.MAX_LENGTH)
    if not name:
        raise Refused("invalid", "An attribute needs a name.")
    return name


def choice(value: object, choices: tuple[str, ...]) -> str:
    """Return one of `choices`, whatever its capitals were."""
    word = text(value, longest=50).lower()
    if word not in choices:
        raise Refused("unknown_choice", f"One of {', '.join(choices)}.")
    return word


def category(value: object) -> str:
    """Return a short word in lower case, so that WEB and web are one channel."""
    return text(value, longest=50).lower()


def money(value: object) -> Decimal:
    """Return an amount with at most twelve digits before and four after the point.

    Refunds are negative. A float is read as its shortest decimal form, so 0.1 means 0.1.
    """
    amount = _decimal(value)
    if not amount.is_finite():
        raise Refused("not_finite", "An amount must be a finite number.")
    if amount and amount.adjusted() >= MAX_INTEGER_DIGITS:
        raise Refused(
            "too_many_digits", f"At most {MAX_INTEGER_DIGITS} digits before the decimal point."
        )
    if amount and amount.adjusted() < -100:
        raise Refused("too_many_decimals", f"At most {MAX_DECIMALS} decimals.")
    rounded = round(amount, MAX_DECIMALS)
    if rounded != amount:
        raise Refused("too_many_decimals", f"At most {MAX_DECIMALS} decimals.")
    return rounded + 0  # no negative zero


def currency(value: object) -> str:
    """Return an ISO 4217 code in capitals."""
    code = text(value, longest=50).upper()
    if code not in CURRENCIES:
        raise Refused("unknown_currency", "This is not an ISO 4217 currency code.")
    return code


def country(value: object) -> str:
    """Return an ISO 3166-1 alpha-2 code in capitals."""
    code = text(value, longest=50).upper()
    if code not in COUNTRIES:
        raise Refused("unknown_country", "This is not an ISO 3166-1 alpha-2 country code.")
    return code


def ip_address(value: object) -> str:
    """Return the canonical spelling of an IPv4 or IPv6 address."""
    try:
        return keys.canonical_ip(text(value, longest=100))
    except ValueError:
        raise Refused("invalid", "This is not an IPv4 or IPv6 address.") from None


def email(value: object) -> str:
    """Return an e-mail address in lower case."""
    try:
        return keys.normalised_email(text(value, longest=254))
    except ValueError:
        raise Refused("invalid", "This is not an e-mail address.") from None


def instant(value: object, *, earliest: datetime, latest: datetime) -> datetime:
    """Return a moment in UTC between the two bounds, from ISO 8601 text with an offset."""
    moment = _moment(value)
    if moment.tzinfo is None:
        raise Refused("invalid", "A time needs an offset from UTC, such as a final Z.")
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        raise Refused("out_of_range", "This time is out of range.") from None
    if not earliest <= moment <= latest:
        raise Refused("out_of_range", f"Only times from {earliest:%Y-%m-%d} to {latest:%Y-%m-%d}.")
    return moment


def day_or_instant(value: object, *, earliest: datetime, latest: datetime) -> datetime:
    """Return a moment in UTC; a date alone means its first moment in UTC."""
    if isinstance(value, str) and len(value.strip()) == 10:
        value = _day(value.strip())
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time(), UTC)
    return instant(value, earliest=earliest, latest=latest)


def number(value: int | float) -> int | float:
    """Return a number that PostgreSQL and a feature vector can hold."""
    if isinstance(value, float) and not math.isfinite(value):
        raise Refused("not_finite", "A number must be finite.")
    if abs(value) > LARGEST_NUMBER or 0 < abs(value) < SMALLEST_NUMBER:
        raise Refused("out_of_range", "Numbers may be 0 or from 1e-30 to 1e18 in size.")
    # 1.0 and 1 are the same number in JSON, so they must be the same content.
    return int(value) if isinstance(value, float) and value.is_integer() else value


def scalar(value: object, *, secret: bytes) -> str | int | float | bool:
    """Return one attribute: text, a number or a truth; card numbers become tokens."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return keys.tokenised(text(value), secret=secret)
    if isinstance(value, int | float):
        return _plain_number(number(value), secret)
    raise Refused("not_flat", "An attribute is text, a number, true or false.")


def _plain_number(value: int | float, secret: bytes) -> str | int | float:
    if isinstance(value, int) and value >= 10**12:
        digits = str(value)
        stored = keys.tokenised(digits, secret=secret)
        return value if stored is digits else stored
    return value


def _decimal(value: object) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Refused("invalid", "An amount is a decimal number, as text or as a number.")
    if isinstance(value, int):
        return Decimal(_digits(value, 100))
    written = value if isinstance(value, str) else repr(value)
    if len(written) > 100 or "_" in written:
        raise Refused("invalid", "This is not a decimal number.")
    try:
        return Decimal(written)
    except InvalidOperation:
        raise Refused("invalid", "This is not a decimal number.") from None


def _digits(value: int, longest: int) -> str:
    # Python refuses to write integers of more than 4,300 digits.
    if value.bit_length() > 4 * longest:
        raise Refused("too_many_digits", "This number has too many digits.")
    return str(value)


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise Refused("invalid", "A time is ISO 8601 text, such as 2026-11-20T09:30:00Z.")
    try:
        return datetime.fromisoformat(value.strip())
    except ValueError:
        raise Refused(
            "invalid", "This is not an ISO 8601 time, such as 2026-11-20T09:30:00Z."
        ) from None


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Refused("invalid", "This is not an ISO 8601 date, such as 2026-11-20.") from None
