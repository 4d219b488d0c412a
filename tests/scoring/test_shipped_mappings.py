"""Every public data set beside the checkout is read with its mapping, without a fault."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from fraudreview.simulation import SimulationSettings, default_drift, simulate
from fraudreview.simulation.files import write_rows
from scoring.domain.mapping import MappedRow, RowReader, fitting_mapping
from scoring.selectors.mappings import shipped_mappings
from scoring.selectors.tables import open_table
from tests.scoring.tables import NOW, SECRET, Context

FILES = {
    "handbook": "handbook/transactions_2018-04-01_to_2018-08-14.parquet",
    "sparkov": "sparkov/transactions_2019.parquet",
    "aws-registrations": "aws/registration_data_20K_minimum.parquet",
    "aws-transactions": "aws/transaction_data_2K_coldstart.parquet",
    "tabformer": "tabformer/transactions.parquet",
}
PUBLISHED = "handbook/published_window_2018-07-25_to_2018-08-14.csv.gz"
IDENTITIES = {
    "sparkov": ("ssn", "cc_num", "first", "last", "street", "acct_num"),
    "aws-transactions": ("customer_name", "billing_street", "billing_phone", "ENTITY_ID"),
}


def mapped(path: Path, *, chunks: int) -> tuple[str, list[MappedRow]]:
    """Return the mapping that fits and the rows of the first chunks; no row may be refused."""
    table = open_table(path)
    mapping = fitting_mapping(shipped_mappings(), table.columns)
    reader = RowReader(
        mapping, table.columns, context=Context(NOW, SECRET), delay=timedelta(days=7)
    )
    rows: list[MappedRow] = []
    for _, chunk in zip(range(chunks), table.chunks(table.columns), strict=False):
        found = reader.read(chunk)
        assert found.errors == []
        rows += found.rows
    return mapping.name, rows


@pytest.fixture(scope="module", params=FILES)
def data_set(request, shared_data):
    """The name of a data set, its first rows as they are, and as its mapping reads them."""
    path = shared_data / FILES[request.param]
    name, rows = mapped(path, chunks=1)
    raw = pl.scan_parquet(path).head(len(rows)).collect()
    return request.param, name, raw, rows


def test_the_mapping_is_recognised(data_set):
    name, recognised, _, rows = data_set
    assert recognised == name
    assert rows


def test_every_row_has_an_id_of_its_own(data_set):
    _, _, _, rows = data_set
    assert len({row.record.external_id for row in rows}) == len(rows)


def test_answers_are_read_and_counted(data_set):
    name, _, raw, rows = data_set
    frauds = {
        "handbook": lambda: raw["TX_FRAUD"].sum(),
        "sparkov": lambda: raw["is_fraud"].sum(),
        "aws-registrations": lambda: (raw["EVENT_LABEL"] == "fraud").sum(),
        "aws-transactions": lambda: raw["EVENT_LABEL"].sum(),
        "tabformer": lambda: (raw["Is Fraud?"] == "Yes").sum(),
    }
    found = [row.label.value for row in rows if row.label]
    assert found.count("fraud") == frauds[name]() > 0
    unlabelled = raw["EVENT_LABEL"].null_count() if name == "aws-transactions" else 0
    assert len(found) == len(rows) - unlabelled


def test_no_answer_is_known_when_its_payment_is_made(data_set):
    _, _, _, rows = data_set
    assert all(row.label.known_at > row.record.occurred_at for row in rows if row.label)


def test_no_answer_becomes_an_attribute(data_set):
    _, _, _, rows = data_set
    names = {name.lower() for row in rows for name in row.record.attributes}
    assert not [name for name in names if "fraud" in name or "label" in name or "scenario" in name]


def test_no_identity_is_kept(data_set):
    name, _, raw, rows = data_set
    secrets = {
        str(value)
        for column in IDENTITIES.get(name, ())
        for value in raw[column].head(300).to_list()
        if len(str(value)) > 3
    }
    kept = "\n".join(repr(row.record) for row in rows[:300])
    # A first or last name may be part of a word or of a merchant's name.
    told = [secret for secret in secrets if any(c.isdigit() for c in secret) and secret in kept]
    assert told == []


def test_the_published_csv_and_the_table_hold_the_same_payments(shared_data):
    _, rows = mapped(shared_data / PUBLISHED, chunks=1)
    from_csv = {row.record.external_id: row.record for row in rows}
    table = pl.scan_parquet(shared_data / FILES["handbook"])
    ids = [int(external_id) for external_id in from_csv]
    part = table.filter(pl.col("TRANSACTION_ID").is_in(ids)).collect()
    assert part.height == len(ids)
    first = part.row(0, named=True)
    record = from_csv[str(first["TRANSACTION_ID"])]
    assert float(record.amount) == first["TX_AMOUNT"]
    assert record.occurred_at == first["TX_DATETIME"].replace(tzinfo=UTC)
    assert record.customer_id == str(first["CUSTOMER_ID"])


def test_refunds_keep_their_sign(shared_data):
    _, rows = mapped(shared_data / FILES["tabformer"], chunks=1)
    amounts = [row.record.amount for row in rows]
    assert amounts[0] == Decimal("134.09")
    assert sum(amount < 0 for amount in amounts) == 650
    assert rows[0].record.occurred_at == datetime(2002, 9, 1, 6, 21, tzinfo=UTC)


def test_groceries_are_not_paid_in_zimbabwe_dollars(shared_data):
    _, rows = mapped(shared_data / FILES["aws-transactions"], chunks=1)
    assert {row.record.currency for row in rows} == {"USD"}


@pytest.mark.slow
def test_a_large_table_is_read_to_its_end(shared_data):
    path = shared_data / FILES["handbook"]
    _, rows = mapped(path, chunks=1_000)
    assert len(rows) == pl.scan_parquet(path).select(pl.len()).collect().item()


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "parquet", "ndjson"])
def test_what_we_simulate_we_can_read(tmp_path, ending):
    settings = SimulationSettings(days=3, per_day=150, drift=default_drift(3), fraud_share=0.05)
    table = simulate(settings, np.random.default_rng(11))
    write_rows(table, tmp_path / f"rows.{ending}")
    name, rows = mapped(tmp_path / f"rows.{ending}", chunks=1)
    assert name == "simulation"
    assert len(rows) == table.height
    assert [float(row.record.amount) for row in rows] == table["amount"].cast(float).to_list()
    assert sum(row.label is not None for row in rows) == table["label"].drop_nulls().len()
    assert sum(len(row.events) for row in rows) == table["issuer_declined_at"].drop_nulls().len()
    kept = {name for row in rows for name in row.record.attributes}
    assert not kept & {"is_fraud", "fraud_pattern", "attack_id", "label_source", "label_known_at"}
