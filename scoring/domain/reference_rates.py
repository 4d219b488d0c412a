"""A dated table of reference rates, turned to the reporting currency of an installation."""

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from scoring.domain.codes import CURRENCIES
from scoring.domain.errors import Problem

_PRECISION = Decimal("0.00000001")


@dataclass(frozen=True, slots=True)
class ReferenceRates:
    """What one unit of each currency is worth in the reporting currency from a moment on."""

    valid_from: datetime
    rates: dict[str, Decimal]


def parse_reference_rates(text: str, *, base: str) -> ReferenceRates:
    """Read a TOML table of `units_per_euro` and state it in units of `base`.

    The reporting currency itself is left out; it is always worth one. Raises Problem (code
    ``invalid_rates``) for anything that is not such a table, ``no_exchange_rate`` where the
    table does not know `base`.
    """
    valid_from, units = _read(text)
    if base not in units:
        raise Problem("no_exchange_rate", f"The table has no rate for {base}.")
    return ReferenceRates(
        valid_from,
        {
            currency: (units[base] / per_euro).quantize(_PRECISION)
            for currency, per_euro in sorted(units.items())
            if currency != base
        },
    )


def _read(text: str) -> tuple[datetime, dict[str, Decimal]]:
    try:
        table = tomllib.loads(text)
        units = {code: Decimal(value) for code, value in table["units_per_euro"].items()}
        valid_from = table["valid_from"]
    except (tomllib.TOMLDecodeError, KeyError, AttributeError, TypeError, ValueError) as error:
        raise Problem("invalid_rates", "This is not a table of reference rates.") from error
    except InvalidOperation as error:
        raise Problem("invalid_rates", "A rate is not a decimal number in quotes.") from error
    if not isinstance(valid_from, datetime) or valid_from.tzinfo is None:
        raise Problem("invalid_rates", "valid_from must be a moment with an offset.")
    wrong = [code for code, per_euro in units.items() if not _usable(code, per_euro)]
    if wrong:
        raise Problem("invalid_rates", f"Not a currency with a positive rate: {wrong[0]}.")
    return valid_from.astimezone(UTC), units


def _usable(code: str, per_euro: Decimal) -> bool:
    return code in CURRENCIES and per_euro.is_finite() and per_euro > 0
