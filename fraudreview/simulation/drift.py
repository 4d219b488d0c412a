"""The dials that change a world on its way; each is a function of the rows and one dial."""

import numpy as np
from numpy.typing import NDArray

from fraudreview.simulation.draws import mixed, uniform
from fraudreview.simulation.habits import DAY
from fraudreview.simulation.rows import (
    ACCOUNT_TAKEOVER,
    FRIENDLY_FRAUD,
    GENUINE,
    Rows,
)
from fraudreview.simulation.settings import Dial, Drift
from fraudreview.simulation.tables import COUNTRIES, FIRST_NEW_COUNTRY, NEW_WALLET, TERMINAL

DAYS_UNTIL_EVERYBODY_ADOPTED = 10.0


def apply_drift(rows: Rows, drift: Drift) -> None:
    """Turn the dials that work on existing `rows`, in place.

    The dial `new_customers` adds rows instead and is at work where purchases are made.
    """
    if drift.amount_inflation:
        _inflate(rows, drift.amount_inflation)
    if drift.new_wallet:
        _introduce_wallet(rows, drift.new_wallet)
    if drift.new_countries:
        _open_countries(rows, drift.new_countries)


def _inflate(rows: Rows, dial: Dial) -> None:
    rows["euros"][rows["at"] >= dial.start_day * DAY] *= 1 + dial.size


def _introduce_wallet(rows: Rows, dial: Dial) -> None:
    adopter = _owner_coins(rows, "new wallet") < dial.size
    hesitates = DAYS_UNTIL_EVERYBODY_ADOPTED * _owner_coins(rows, "hesitates")
    adopted = rows["at"] >= (dial.start_day + hesitates) * DAY
    own_account = np.isin(rows["pattern"], (GENUINE, FRIENDLY_FRAUD, ACCOUNT_TAKEOVER))
    rows["method"][adopter & adopted & own_account] = NEW_WALLET


def _open_countries(rows: Rows, dial: Dial) -> None:
    """Let some customers live elsewhere: billing, delivery and connection move with them."""
    coin = _owner_coins(rows, "new country")
    moved = (coin < dial.size) & (rows["at"] >= dial.start_day * DAY)
    choices = len(COUNTRIES) - FIRST_NEW_COUNTRY
    destination = FIRST_NEW_COUNTRY + (coin / dial.size * choices).astype(np.int64) % choices
    home = rows["billing"].copy()
    online = rows["channel"] != TERMINAL
    _move_connection(rows, moved & online & (rows["country"] == home), destination)
    for column in ("shipping", "billing"):
        affected = moved & (rows[column] == home)
        rows[column][affected] = destination[affected]


def _move_connection(
    rows: Rows, affected: NDArray[np.bool_], destination: NDArray[np.int64]
) -> None:
    # The country is part of the second octet, so the address moves by the difference.
    steps = destination[affected] - rows["country"][affected]
    rows["ip"][affected] = (rows["ip"][affected].astype(np.int64) + (steps << 16)).astype(np.uint32)
    rows["country"][affected] = destination[affected]


def _owner_coins(rows: Rows, purpose: str) -> NDArray[np.float64]:
    return uniform(mixed(rows["customer"]), purpose)
