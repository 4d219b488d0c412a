"""The fixed parts of the simulated world: countries, currencies, categories, ways to pay."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Country:
    """One country: its share of the customers, its currency and its hours ahead of UTC."""

    code: str
    share: float
    currency: str
    hours_ahead: float


@dataclass(frozen=True)
class Category:
    """One kind of shop: `level` is its median price in EUR, `appeal` what thieves think of it."""

    code: str
    online: bool
    share: float
    level: float
    appeal: float
    digital: bool = False


COUNTRIES = (
    Country("DE", 0.22, "EUR", 1),
    Country("FR", 0.18, "EUR", 1),
    Country("GB", 0.15, "GBP", 0),
    Country("NL", 0.12, "EUR", 1),
    Country("ES", 0.10, "EUR", 1),
    Country("IT", 0.08, "EUR", 1),
    Country("PL", 0.07, "PLN", 1),
    Country("SE", 0.05, "SEK", 1),
    Country("CH", 0.03, "CHF", 1),
    # Nobody lives in these at first: people travel there, and some attacks come from there.
    Country("US", 0.0, "USD", -6),
    Country("TR", 0.0, "TRY", 3),
    Country("TH", 0.0, "THB", 7),
    Country("JP", 0.0, "JPY", 9),
    # Reached by the dial `new_countries` only.
    Country("BR", 0.0, "BRL", -3),
    Country("IN", 0.0, "INR", 5.5),
    Country("ZA", 0.0, "ZAR", 2),
)
FIRST_NEW_COUNTRY = 13

CATEGORIES = (
    Category("groceries", False, 0.24, 26.0, 0.4),
    Category("restaurant", False, 0.18, 21.0, 0.3),
    Category("fuel", False, 0.08, 48.0, 0.8),
    Category("pharmacy", False, 0.06, 17.0, 0.3),
    Category("clothing", False, 0.08, 44.0, 0.9),
    Category("electronics_store", False, 0.03, 110.0, 2.0),
    Category("fashion", True, 0.09, 52.0, 1.2),
    Category("electronics", True, 0.06, 120.0, 3.0),
    Category("marketplace", True, 0.07, 31.0, 1.5),
    Category("travel", True, 0.03, 190.0, 1.8, True),
    Category("games", True, 0.04, 14.0, 1.8, True),
    Category("gift_cards", True, 0.015, 40.0, 4.0, True),
    Category("streaming", True, 0.015, 10.0, 0.5, True),
    Category("donations", True, 0.01, 12.0, 0.3, True),
)
CARD_TESTING_CATEGORIES = ("donations", "games", "streaming")

CHANNELS = ("terminal", "web", "app")
TERMINAL, WEB, APP = range(3)

PAYMENT_METHODS = ("card", "apple_pay", "google_pay", "paypal", "nova_wallet")
CARD, APPLE_PAY, GOOGLE_PAY, PAYPAL, NEW_WALLET = range(5)

CHECKS = ("match", "mismatch", "not_checked")
MATCH, MISMATCH, NOT_CHECKED = range(3)

CARD_BRANDS = ("visa", "mastercard", "amex")
SYSTEMS = ("ios", "android", "windows", "macos", "linux")

# Units of the currency for one EUR: rough, constant, only to give amounts a natural size.
UNITS_PER_EURO = {
    "EUR": 1.0,
    "GBP": 0.85,
    "PLN": 4.3,
    "SEK": 11.4,
    "CHF": 0.95,
    "USD": 1.08,
    "TRY": 37.0,
    "THB": 38.0,
    "JPY": 162.0,
    "BRL": 6.1,
    "INR": 91.0,
    "ZAR": 19.8,
}
CURRENCIES = tuple(UNITS_PER_EURO)
WITHOUT_MINOR_UNITS = ("JPY",)


def country_shares() -> NDArray[np.float64]:
    """How customers are spread over COUNTRIES; sums to one."""
    shares = np.array([country.share for country in COUNTRIES])
    return np.asarray(shares / shares.sum())


def currency_of_country() -> NDArray[np.int64]:
    """For each of COUNTRIES the position of its currency in CURRENCIES."""
    return np.array([CURRENCIES.index(country.currency) for country in COUNTRIES])
