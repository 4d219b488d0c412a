"""Fields of the API's bodies whose schema no field of the framework says; they check nothing."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from scoring.domain.intake import LIMITS
from scoring.domain.keys import MAX_LENGTH
from scoring.domain.values import LARGEST_NUMBER, LONGEST_TEXT, MAX_DECIMALS, MAX_INTEGER_DIGITS

LARGEST_AMOUNT = 10**MAX_INTEGER_DIGITS
DECIMAL = rf"^[+-]?[0-9]{{1,{MAX_INTEGER_DIGITS}}}(\.[0-9]{{1,{MAX_DECIMALS}}})?$"
AMOUNT = {
    "anyOf": [
        {"type": "string", "pattern": DECIMAL},
        {
            "type": "number",
            "exclusiveMinimum": -LARGEST_AMOUNT,
            "exclusiveMaximum": LARGEST_AMOUNT,
        },
    ]
}
KEY = {
    "anyOf": [
        {"type": "string", "minLength": 1, "maxLength": MAX_LENGTH},
        {"type": "integer"},
    ]
}
SCALAR = {
    "anyOf": [
        {"type": "string", "maxLength": LONGEST_TEXT},
        {"type": "number", "minimum": -LARGEST_NUMBER, "maximum": LARGEST_NUMBER},
        {"type": "boolean"},
        {"type": "null"},
    ]
}


@extend_schema_field(KEY)
class KeyField(serializers.CharField):
    """An id; whole numbers are taken as the text of their digits."""


@extend_schema_field(AMOUNT)
class AmountField(serializers.CharField):
    """An amount of money, exact as text."""


@extend_schema_field({"type": "string", "pattern": "^[A-Za-z]{2}$"})
class CountryField(serializers.CharField):
    """ISO 3166-1 alpha-2."""


@extend_schema_field({"type": "string", "pattern": "^[A-Za-z]{3}$"})
class CurrencyField(serializers.CharField):
    """ISO 4217."""


@extend_schema_field(
    {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}
)
class DayOrMomentField(serializers.DateTimeField):
    """A time, or a date alone, which means its first moment in UTC."""


@extend_schema_field(
    {"anyOf": [{"type": "string", "format": "ipv4"}, {"type": "string", "format": "ipv6"}]}
)
class AddressField(serializers.CharField):
    """An IPv4 or IPv6 address."""


@extend_schema_field({"type": "string", "pattern": r"^[^@\s]{1,64}@[^@\s]+$", "maxLength": 254})
class EmailField(serializers.CharField):
    """An e-mail address."""


@extend_schema_field(
    {"type": "object", "maxProperties": LIMITS.attributes, "additionalProperties": SCALAR}
)
class AttributesField(serializers.DictField):
    """One flat object."""


def optional(**options: Any) -> dict[str, Any]:
    """Return the options of a field that may be absent or null."""
    return {"required": False, "allow_null": True, **options}
