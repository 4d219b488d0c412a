"""One simulated payment as a fixed-size record, so that a million of them stay one array."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.void]

NONE = -1  # in the index columns: there is none

ROW = np.dtype(
    [
        ("key", "u8"),  # the row's identity: external id and all its coins
        ("at", "f8"),  # seconds since the start of the world
        ("customer", "i8"),
        ("since", "f8"),  # day on which the customer joined; negative: before the start
        ("merchant", "i8"),
        ("channel", "i1"),
        ("method", "i1"),
        ("euros", "f8"),
        ("currency", "i1"),
        ("card", "u8"),  # 0: none
        ("device", "u8"),  # 0: none
        ("system", "i1"),
        ("ip", "u4"),  # 0: none
        ("email", "u8"),  # below 2**32: the customer's own, else an address made of this key
        ("country", "i1"),
        ("billing", "i1"),
        ("shipping", "i1"),
        ("cvv", "i1"),
        ("address", "i1"),
        ("items", "i2"),
        ("pattern", "i1"),  # position in PATTERNS
        ("attack", "i8"),
        ("decline_chance", "f8"),
    ]
)

PATTERNS = (
    "",
    "stolen_card",
    "account_takeover",
    "card_testing",
    "compromised_merchant",
    "friendly_fraud",
)
GENUINE, STOLEN_CARD, ACCOUNT_TAKEOVER, CARD_TESTING, COMPROMISED_MERCHANT, FRIENDLY_FRAUD = range(
    6
)


def new_rows(**columns: Any) -> Rows:
    """Records with the given columns; what is not given is 0, or NONE where that means none.

    The number of rows is that of the column `at`.
    """
    rows = np.zeros(len(columns["at"]), dtype=ROW)
    for name in ("billing", "shipping", "system", "attack"):
        rows[name] = NONE
    for name, values in columns.items():
        rows[name] = values
    return rows


def joined_rows(parts: list[Rows]) -> Rows:
    """All `parts` as one array, ordered by time (equal times by key)."""
    rows = np.concatenate(parts) if parts else np.zeros(0, dtype=ROW)
    return rows[np.lexsort((rows["key"], rows["at"]))]
