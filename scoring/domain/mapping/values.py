"""Single values out of tables, made such that the intake can read them."""

import math
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from scoring.domain import keys
from scoring.domain.intake import is_blank
from scoring.domain.mapping.definition import AmountSource, ValueSource
from scoring.domain.values import MAX_DECIMALS, Refused

# Below this a difference is noise of binary fractions and no money.
NOISE = Decimal("0.0000001")
TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def plain(value: object) -> object:
    """A value as it is, but an id that a table turned into 596.0 is 596 again."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def prepared(source: ValueSource, value: object) -> object:
    """A value without its prefix, and translated where the mapping says so."""
    value = plain(value)
    if source.without_prefix and isinstance(value, str):
        value = value.strip().removeprefix(source.without_prefix)
    if source.values:
        return source.values.get(str(value).strip(), value)
    return value


def tokenised(name: str, value: object, secret: bytes) -> object:
    """A keyed token instead of the value: card numbers as the intake makes them, or alike."""
    text = str(value).strip()
    token = keys.tokenised(text, secret=secret)
    if token != text:
        return token
    entity = name.removesuffix("_id")
    return f"{entity}_{keys.token(text, secret=secret, purpose=entity)}"


def joined(source: ValueSource, row: Sequence[object]) -> object:
    """Several columns as one text; nothing where one of them is empty."""
    if any(is_blank(value) for value in row):
        return None
    return source.joined_by.join(str(plain(value)).strip() for value in row)


def amount(source: AmountSource, value: object) -> object:
    """An amount as a decimal number, or the value as it is for the intake to refuse."""
    if isinstance(value, float):
        value = repr(value) if math.isfinite(value) else value
    if isinstance(value, str):
        value = _without_noise(_cleaned(source, value))
    if source.magnitude and isinstance(value, int | Decimal):
        return abs(value)
    if source.magnitude and isinstance(value, str):
        return value.removeprefix("-")
    return value


def number(value: object) -> object:
    """A number that may be written as text. Raises Refused for other text."""
    if not isinstance(value, str):
        return value
    try:
        return int(value) if value.strip().lstrip("+-").isdigit() else float(value)
    except ValueError:
        raise Refused("invalid", "This is not a number.") from None


def truth(value: object) -> object:
    """True or false, perhaps written as text or 1 and 0. Raises Refused for anything else."""
    known = TRUTHS.get(str(plain(value)).strip().lower())
    if known is None:
        raise Refused("invalid", "This is neither true nor false.")
    return known


def _cleaned(source: AmountSource, text: str) -> str:
    text = text.strip()
    # Accountants write a negative amount in parentheses.
    negative = text.startswith("(") and text.endswith(")")
    text = text[1:-1] if negative else text
    for symbol in source.symbols:
        text = text.replace(symbol, "")
    if source.thousands:
        text = text.replace(source.thousands, "")
    if source.decimal != ".":
        text = text.replace(source.decimal, ".")
    return f"-{text.strip()}" if negative else text.strip()


def _without_noise(text: str) -> str:
    """`30.000000000000004` is 30; what has really more decimals stays for the intake to refuse."""
    if len(text.partition(".")[2]) <= MAX_DECIMALS or len(text) > 100:
        return text
    try:
        exact = Decimal(text)
        rounded = round(exact, MAX_DECIMALS)
    except (InvalidOperation, ValueError):
        return text
    return str(rounded) if abs(rounded - exact) < NOISE else text
