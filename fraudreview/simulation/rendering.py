"""From records to a table with the field names of the API, attributes and truth columns."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fraudreview.simulation.answers import LABELS, SOURCES, Answers
from fraudreview.simulation.disputes import REASONS, brands_of, reasons_of
from fraudreview.simulation.draws import Floats, Keys, mixed
from fraudreview.simulation.rows import PATTERNS, Rows
from fraudreview.simulation.tables import (
    CARD_BRANDS,
    CATEGORIES,
    CHANNELS,
    CHECKS,
    COUNTRIES,
    CURRENCIES,
    PAYMENT_METHODS,
    SYSTEMS,
    UNITS_PER_EURO,
    WITHOUT_MINOR_UNITS,
)
from fraudreview.simulation.world import World

TRANSACTION_COLUMNS = (
    "external_id",
    "occurred_at",
    "amount",
    "currency",
    "customer_id",
    "card_id",
    "merchant_id",
    "device_id",
    "ip_address",
    "email",
    "payment_method",
    "channel",
    "country",
    "billing_country",
    "shipping_country",
    "customer_since",
)
ATTRIBUTE_COLUMNS = (
    "merchant_category",
    "card_brand",
    "device_system",
    "cvv_check",
    "address_check",
    "items",
)
EVENT_COLUMNS = ("issuer_declined_at",)
TRUTH_COLUMNS = (
    "is_fraud",
    "label",
    "label_source",
    "label_reason",
    "label_known_at",
    "fraud_pattern",
    "attack_id",
)

FIRST_NAMES = ("anna", "ben", "clara", "david", "elena", "finn", "greta", "hugo", "ines", "jan")
LAST_NAMES = ("adler", "bakker", "costa", "dubois", "evans", "fischer", "garcia", "hansen", "ito")
DOMAINS = ("mail.example", "post.example", "inbox.example", "example.com", "example.net")
OWN_EMAIL = 2**32


def rendered(world: World, rows: Rows, answers: Answers, start_at: datetime) -> pl.DataFrame:
    """A table with TRANSACTION_, ATTRIBUTE_, EVENT_ and TRUTH_COLUMNS, in this order."""
    return pl.DataFrame(
        _transaction(world, rows, start_at)
        | _attributes(world, rows)
        | {"issuer_declined_at": _times(answers.declined_at, start_at)}
        | _truth(rows, answers, start_at)
    )


def _transaction(world: World, rows: Rows, start_at: datetime) -> dict[str, pl.Series]:
    countries = [country.code for country in COUNTRIES]
    return {
        "external_id": _numbered("T", rows["key"] >> np.uint64(1), 19),
        "occurred_at": _times(rows["at"], start_at),
        "amount": _amounts(rows),
        "currency": _named(rows["currency"], CURRENCIES),
        "customer_id": _customer_ids(rows["customer"]),
        "card_id": _tokens("card_", rows["card"]),
        "merchant_id": _numbered("M", rows["merchant"], 5),
        "device_id": _tokens("dev_", rows["device"]),
        "ip_address": _addresses(rows["ip"]),
        "email": _emails(world, rows["email"]),
        "payment_method": _named(rows["method"], PAYMENT_METHODS),
        "channel": _named(rows["channel"], CHANNELS),
        "country": _named(rows["country"], countries),
        "billing_country": _named(rows["billing"], countries),
        "shipping_country": _named(rows["shipping"], countries),
        "customer_since": _times(rows["since"] * 86_400, start_at),
    }


def _attributes(world: World, rows: Rows) -> dict[str, pl.Series]:
    category = world.merchants.category[rows["merchant"]]
    brand = brands_of(rows)
    return {
        "merchant_category": _named(category, [each.code for each in CATEGORIES]),
        "card_brand": _named(brand, CARD_BRANDS),
        "device_system": _named(rows["system"], SYSTEMS),
        "cvv_check": _named(rows["cvv"], CHECKS),
        "address_check": _named(rows["address"], CHECKS),
        "items": pl.Series(rows["items"].astype(np.int64)),
    }


def _truth(rows: Rows, answers: Answers, start_at: datetime) -> dict[str, pl.Series]:
    attack = pl.Series(rows["attack"].copy())
    return {
        "is_fraud": pl.Series(answers.is_fraud),
        "label": _named(np.where(answers.label == 0, -1, answers.label), LABELS),
        "label_source": _named(np.where(answers.source == 0, -1, answers.source), SOURCES),
        "label_reason": _named(reasons_of(rows, answers.source), REASONS),
        "label_known_at": _times(answers.known_at, start_at),
        "fraud_pattern": _named(np.where(rows["pattern"] == 0, -1, rows["pattern"]), PATTERNS),
        "attack_id": attack.set(attack < 0, None).cast(pl.String),
    }


def _named(codes: NDArray[np.integer], names: Sequence[str]) -> pl.Series:
    """The name for each code; negative codes become null."""
    table = pl.Series(names, dtype=pl.String)
    known = pl.Series(np.maximum(codes, 0).astype(np.int64))
    return table.gather(known).set(pl.Series(codes < 0), None)


def _numbered(prefix: str, numbers: NDArray[np.integer], digits: int) -> pl.Series:
    return prefix + pl.Series(numbers.copy()).cast(pl.String).str.zfill(digits)


def _customer_ids(customer: NDArray[np.int64]) -> pl.Series:
    # A one-to-one scramble, so that the number does not tell how long somebody has been here.
    return _numbered("C", (customer * 7_368_787 + 12_345) % 10**8, 8)


def _tokens(prefix: str, keys: Keys) -> pl.Series:
    return _numbered(prefix, keys % np.uint64(10**14), 14).set(pl.Series(keys == 0), None)


def _addresses(ip: NDArray[np.uint32]) -> pl.Series:
    octets = [pl.Series((ip >> np.uint32(shift)) & np.uint32(255)) for shift in (24, 16, 8, 0)]
    frame = pl.DataFrame({str(index): octet for index, octet in enumerate(octets)})
    text = frame.select(pl.concat_str(pl.all(), separator="."))["0"]
    return text.set(pl.Series(ip == 0), None)


def _emails(world: World, email: Keys) -> pl.Series:
    own = email < OWN_EMAIL
    key = email.copy()
    key[own] = world.people.key[email[own].astype(np.int64)]
    key = mixed(key)
    first, last = key % np.uint64(10), key // np.uint64(10) % np.uint64(9)
    number = key // np.uint64(90) % np.uint64(100_000)
    domain = key // np.uint64(9_000_000) % np.uint64(5)
    local = _named(first, FIRST_NAMES) + "." + _named(last, LAST_NAMES)
    return local + pl.Series(number).cast(pl.String) + "@" + _named(domain, DOMAINS)


def _amounts(rows: Rows) -> pl.Series:
    units = np.array(list(UNITS_PER_EURO.values()))[rows["currency"]]
    whole = np.isin(rows["currency"], [CURRENCIES.index(code) for code in WITHOUT_MINOR_UNITS])
    exact = rows["euros"] * units
    step = np.where(whole, 100, 1)
    cents = step * np.maximum(1, np.round(exact * 100 / step))
    return (pl.Series(cents) / 100).cast(pl.Decimal(18, 2))


def _times(seconds: Floats, start_at: datetime) -> pl.Series:
    """UTC times in whole milliseconds; NaN becomes null."""
    start = round(start_at.timestamp() * 1_000)
    known = ~np.isnan(seconds)
    millis = np.where(known, np.floor(np.where(known, seconds, 0.0) * 1_000), 0).astype(np.int64)
    series = pl.Series(start + millis).cast(pl.Datetime("ms")).dt.replace_time_zone("UTC")
    return series.set(pl.Series(~known), None)
