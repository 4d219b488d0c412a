"""Numbers, money and times as people read them: one way for pages, sentences and mails.

Rates carry a narrow no-break space before the percent sign, minus is U+2212, money has its sign
and as many digits as the currency has.
"""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"

SIGNS = {
    "EUR": "€",
    "USD": "$",
    "GBP": "£",
    "JPY": "¥",
    "INR": "₹",
    "KRW": "₩",
    "TRY": "₺",
    "ILS": "₪",
    "UAH": "₴",
    "VND": "₫",
}
# ISO 4217 currencies whose smallest unit is not a hundredth.
NO_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"

Number = int | float | Decimal


def money(amount: Number, currency: str, *, whole: bool = False) -> str:
    """Return an amount with the sign of its currency.

    >>> money(Decimal("1284"), "EUR")
    '€1,284.00'
    >>> money(Decimal("-86950.4"), "EUR", whole=True)
    '−€86,950'
    """
    exact = amount if isinstance(amount, Decimal) else Decimal(str(amount))
    digits = 0 if whole else _digits(currency)
    rounded = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    sign = SIGNS.get(currency, f"{currency}{NO_BREAK_SPACE}")
    return f"{MINUS if rounded < 0 else ''}{sign}{abs(rounded):,.{digits}f}"


def _digits(currency: str) -> int:
    return 0 if currency in NO_DIGITS else 3 if currency in THREE_DIGITS else 2


def rate(share: Number, digits: int = 1) -> str:
    """Return a share in [0, 1] as percent: 0.046 reads "4.6 %"."""
    return f"{number(100 * float(share), digits)}{NARROW_SPACE}%"


def signed_rate(share: Number, digits: int = 0) -> str:
    """Return a relative change as percent: 0.29 reads "+29 %"."""
    return f"{signed(100 * float(share), digits)}{NARROW_SPACE}%"


def interval(low: Number, high: Number, digits: int = 1) -> str:
    """Return the bounds of a rate in words: "3.9 to 5.4 %"."""
    return f"{number(100 * float(low), digits)} to {rate(high, digits)}"


def points(difference: Number, digits: int = 1) -> str:
    """Return the difference of two rates: 0.008 reads "+0.8 points"."""
    return f"{signed(100 * float(difference), digits)} points"


def number(value: Number, digits: int = 2) -> str:
    """Return a number with thousands separated and a true minus; nothing reads "−0.0"."""
    text = f"{float(value):,.{digits}f}"
    return text.lstrip("-") if float(text.replace(",", "")) == 0 else text.replace("-", MINUS)


def signed(value: Number, digits: int = 2) -> str:
    """Return a number with its sign: "+2.31", "−0.92", and "0.00" without."""
    text = number(value, digits)
    return text if text.startswith(MINUS) or not float(text.replace(",", "")) else f"+{text}"


def count(value: int, noun: str = "") -> str:
    """Return a whole number, with its noun where one is given: "1 case", "1,204 cases"."""
    return f"{value:,} {noun}{'' if value == 1 else 's'}" if noun else f"{value:,}"


def duration(length: timedelta) -> str:
    """Return a length of time as the desk reads it: "22 min", "1 h 40", "3 days"."""
    minutes = int(abs(length).total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return f"{minutes // 60} h {minutes % 60:02d}" if minutes % 60 else f"{minutes // 60} h"
    return count(minutes // (24 * 60), "day")


def share_band(low: float, high: float) -> str:
    """Return a band of shares: "0.3 to 1 %", with no more digits than its edges need."""
    digits = max(_digits_needed(100 * edge) for edge in (low, high))
    return interval(low, high, digits)


def _digits_needed(value: float) -> int:
    return next(digits for digits in range(4) if abs(value - round(value, digits)) < 1e-9)


def amount_band(low: Decimal, high: Decimal | None, currency: str) -> str:
    """Return a band of amounts: "under €20", "€20 to €100", "from €2,000"."""
    if high is None:
        return f"from {money(low, currency, whole=True)}"
    if not low:
        return f"under {money(high, currency, whole=True)}"
    return f"{money(low, currency, whole=True)} to {money(high, currency, whole=True)}"
