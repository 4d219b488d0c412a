"""The `card` feature set equals the Fraud Detection Handbook's own 15 inputs, row by row."""

from datetime import UTC, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from scoring.services.features import store_vectors
from tests.histories import add_payments, know_fraud, stored_feature_set

pytestmark = pytest.mark.django_db
DELAY = timedelta(days=7)
SAMPLE = 60


def test_card_features_equal_the_reference(shared_data: Path) -> None:
    folder = shared_data / "handbook"
    reference = pl.read_parquet(next(folder.glob("reference_features_*.parquet")))
    history = pl.read_parquet(next(folder.glob("transactions_*.parquet")))
    chosen = _without_ties(history, reference).sample(SAMPLE, seed=7).sort("TRANSACTION_ID")

    values = _computed(_relevant(history, chosen), chosen["TRANSACTION_ID"].to_list())

    expected = chosen.select(reference.columns[1:]).to_numpy().astype(np.float32)
    np.testing.assert_allclose(values, expected, rtol=2e-6, atol=1e-6)


def _without_ties(history: pl.DataFrame, reference: pl.DataFrame) -> pl.DataFrame:
    """Reference rows whose customer paid once in that second: for others the book is arbitrary."""
    single = history.filter(pl.len().over("CUSTOMER_ID", "TX_DATETIME") == 1)
    return reference.join(single, on="TRANSACTION_ID", suffix="_H")


def _relevant(history: pl.DataFrame, chosen: pl.DataFrame) -> pl.DataFrame:
    """Every payment that one of the chosen ones' windows can see."""
    since = chosen["TX_DATETIME"].min() - timedelta(days=38)
    return history.filter(
        (pl.col("TX_DATETIME") > since)
        & (
            pl.col("CUSTOMER_ID").is_in(chosen["CUSTOMER_ID"].implode())
            | pl.col("TERMINAL_ID").is_in(chosen["TERMINAL_ID"].implode())
        )
    )


def _computed(history: pl.DataFrame, wanted: list[int]) -> NDArray[np.float32]:
    rows = history.to_dicts()
    ids = add_payments(
        {
            "external_id": str(row["TRANSACTION_ID"]),
            "occurred_at": row["TX_DATETIME"].replace(tzinfo=UTC),
            "base_amount": Decimal(str(row["TX_AMOUNT"])),
            "customer_id": str(row["CUSTOMER_ID"]),
            "merchant_id": str(row["TERMINAL_ID"]),
        }
        for row in rows
    )
    by_name = {row["TRANSACTION_ID"]: own for row, own in zip(rows, ids, strict=True)}
    for row in rows:
        if row["TX_FRAUD"]:
            moment = row["TX_DATETIME"].replace(tzinfo=UTC)
            know_fraud(by_name[row["TRANSACTION_ID"]], moment + DELAY)
    targets = [by_name[name] for name in wanted]
    vectors = store_vectors(
        transaction_ids=targets, feature_set=stored_feature_set("card"), batch_id=None
    )
    place = {int(own): index for index, own in enumerate(vectors.transaction_ids)}
    return vectors.values[[place[target] for target in targets]]
