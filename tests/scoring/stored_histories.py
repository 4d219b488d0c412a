"""Random histories in the tables, and their vectors as the slow reading has them."""

from collections.abc import Sequence
from itertools import count
from typing import Any

import numpy as np

from scoring.domain.features import FeatureSet
from scoring.models import KnownFraud, TransactionDetails, TransactionEvent
from tests.histories import add_payments
from tests.scoring.feature_histories import KEYS, Told, kept_apart
from tests.scoring.feature_reading import History, vector

numbers = count()


def stored(drawn: Sequence[tuple[dict[str, Any], Told]]) -> list[dict[str, Any]]:
    """Put payments into the tables in this order and return them with their ids."""
    payments = kept_apart([payment for payment, _ in drawn], next(numbers))
    ids = add_payments(payments)
    TransactionDetails.objects.bulk_create(
        TransactionDetails(transaction_id=i, attributes=payment["attributes"])
        for i, payment in zip(ids, payments, strict=True)
        if payment["attributes"]
    )
    return [{**payment, "id": i} for i, payment in zip(ids, payments, strict=True)]


def tell(payment: dict[str, Any], told: Told) -> None:
    """Store the labels and declines of a payment."""
    keys = {key: payment[key] for key in KEYS}
    KnownFraud.objects.bulk_create(
        KnownFraud(
            transaction_id=payment["id"],
            occurred_at=payment["occurred_at"],
            known_at=known_at,
            retracted_at=retracted_at,
            **keys,
        )
        for known_at, retracted_at in told.labels
    )
    TransactionEvent.objects.bulk_create(
        TransactionEvent(
            transaction_id=payment["id"],
            type="issuer_declined",
            occurred_at=moment,
            received_at=moment,
        )
        for moment in told.declines
    )


def history_of(payments: Sequence[dict[str, Any]], what: Sequence[Told]) -> History:
    pairs = list(zip(payments, what, strict=True))
    return History(
        payments,
        [fraud for payment, told in pairs for fraud in told.frauds(payment["id"])],
        [(payment["id"], moment) for payment, told in pairs for moment in told.declines],
    )


def as_read(
    feature_set: FeatureSet, payments: Sequence[dict[str, Any]], history: History
) -> np.ndarray:
    """The slow reading of these payments, (n, k), in 32 bits."""
    rows = [vector(feature_set, payment, history) for payment in payments]
    numbers = [[np.nan if v is None else float(v) for v in row] for row in rows]
    return np.array(numbers, dtype=np.float64).astype(np.float32)


def assert_equal(found: np.ndarray, expected: np.ndarray) -> None:
    # Half a unit in the last place of 32 bits.
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)
