"""The published week of the handbook through the product itself: import, features, backtest."""

import json
from datetime import datetime
from io import StringIO

import polars as pl
import pytest
from django.core.management import call_command

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

# The longest window, 30 days, and the label delay reach back so far from the first day.
FIRST_NEEDED = datetime(2018, 6, 16)
WEEK = [
    "--train-start", "2018-07-25", "--train-days", "7", "--delay-days", "7", "--test-days", "7",
    "--drop-known-compromised", "--feature-set", "card", "--json",
]  # fmt: skip


def backtest(*arguments):
    out = StringIO()
    call_command("backtest", *WEEK, *arguments, stdout=out)
    return json.loads(out.getvalue().splitlines()[-1])["folds"][0]


def test_the_product_reaches_the_published_numbers_and_more(shared_data, tmp_path):
    published = shared_data / "handbook" / "transactions_2018-04-01_to_2018-08-14.parquet"
    needed = tmp_path / "needed.parquet"
    pl.scan_parquet(published).filter(pl.col("TX_DATETIME") >= FIRST_NEEDED).sink_parquet(needed)
    call_command("import_transactions", str(needed), "--mapping", "handbook", stdout=StringIO())

    trees = backtest()
    assert (trees["train_rows"], trees["train_frauds"]) == (67_240, 598)
    assert (trees["test_rows"], trees["test_frauds"]) == (58_264, 385)
    assert trees["average_precision"] >= 0.675
    assert trees["card_precision_at_100"] >= 0.29

    logistic = backtest("--model", "logistic")
    assert logistic["average_precision"] == pytest.approx(0.606, abs=0.005)
