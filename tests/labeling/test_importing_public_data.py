"""Each public data set comes in whole, with its answers."""

from datetime import datetime
from pathlib import Path

import pytest

from labeling.models import Label
from labeling.services.history import import_history
from scoring.models import KnownFraud, Transaction

pytestmark = pytest.mark.django_db
SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    ("path", "mapping", "rows", "frauds", "labels"),
    [
        ("aws/transaction_data_2K_coldstart.parquet", "aws-transactions", 1_611, 95, 810),
        pytest.param(
            *("aws/registration_data_20K_minimum.parquet", "aws-registrations"),
            *(20_000, 1_004, 20_000),
            marks=SLOW,
        ),
        pytest.param(
            *("tabformer/transactions.parquet", "tabformer", 19_963, 27, 19_963), marks=SLOW
        ),
        pytest.param(
            *("handbook/published_window_2018-07-25_to_2018-08-14.csv.gz", "handbook"),
            *(201_295, 1_792, 201_295),
            marks=SLOW,
        ),
        pytest.param(
            *("sparkov/transactions_2019.parquet", "sparkov", 467_801, 4_830, 467_801), marks=SLOW
        ),
    ],
)
def test_all_rows_come_in(
    shared_data: Path,
    now: datetime,
    path: str,
    mapping: str,
    rows: int,
    frauds: int,
    labels: int,
) -> None:
    summary = import_history(path=shared_data / path, now=now)
    assert (summary.mapping, summary.rows, summary.imported) == (mapping, rows, rows)
    assert (summary.errors_total, summary.labels) == (0, labels)
    assert Transaction.objects.count() == rows
    assert Label.objects.filter(value="fraud").count() == frauds
    assert KnownFraud.objects.count() == frauds
