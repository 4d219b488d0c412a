"""Which reason code a scheme gives a chargeback."""

import numpy as np
from numpy.typing import NDArray

from fraudreview.simulation.answers import CHARGEBACK
from fraudreview.simulation.draws import uniform
from fraudreview.simulation.rows import FRIENDLY_FRAUD, NONE, Rows

# By brand of the card, as `CARD_BRANDS` names them; without a card as with the first.
FRAUD_CODES = ("10.4", "4837", "F29")
# Goods that never came, says who has them. The last one stands in no table of ours.
MERCHANT_CODES = ("13.1", "4853", "C08")
REASONS = (*FRAUD_CODES, *MERCHANT_CODES)
SHARE_BLAMING_THE_MERCHANT = 0.4


def brands_of(rows: Rows) -> NDArray[np.int64]:
    """The place of each card's brand in `CARD_BRANDS`, shape (n,); -1 without a card."""
    return np.where(rows["card"] == 0, NONE, (rows["card"] % 8).astype(np.int64) // 3)


def reasons_of(rows: Rows, source: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place of each chargeback's code in `REASONS`, shape (n,); -1 where there is none.

    Victims say that it was not them. Of those who dispute what they bought some say the same, the
    others that it never came.
    """
    coin = uniform(rows["key"], "dispute reason") < SHARE_BLAMING_THE_MERCHANT
    blamed = (rows["pattern"] == FRIENDLY_FRAUD) & coin
    code = np.maximum(brands_of(rows), 0) + len(FRAUD_CODES) * blamed
    return np.where(source == CHARGEBACK, code, NONE)
