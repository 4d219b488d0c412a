"""Payments of a window with their labels as arrays, read in one statement."""

from datetime import datetime
from io import BytesIO

import numpy as np
import polars as pl
from django.db import connection

from labeling.domain.resolution_sql import resolved_labels_sql
from monitoring.domain.dataset import NO_SOURCE, SOURCES, Dataset

WINDOW = "occurred_at >= %(start)s AND occurred_at < %(end)s"
LABELS = resolved_labels_sql(
    where="label.transaction_id IN (SELECT id FROM scoring_transaction"  # noqa: S608 (constants)
    f" WHERE {WINDOW})"
)
# Of what we blocked only the audited part was drawn by lot; all else gets its label sooner or
# later, so it stands for itself.
ROWS = f"""
COPY (
    SELECT t.id, (extract(epoch FROM t.occurred_at) * 1000000)::bigint AS occurred_at,
        CASE WHEN truth.trains THEN (truth.value = 'fraud')::int ELSE -1 END AS label,
        t.base_amount AS amount,
        coalesce(t.card_id, t.customer_id, '#' || t.id) AS card,
        CASE WHEN d.outcome = 'block' AND d.audited THEN d.audit_propensity END AS propensity,
        coalesce(d.outcome = 'block', false)::int AS blocked,
        nullif(truth.source, '') AS source
    FROM scoring_transaction t
    LEFT JOIN ({LABELS}) truth ON truth.transaction_id = t.id
    LEFT JOIN scoring_decision d ON d.transaction_id = t.id
    WHERE t.{WINDOW}
    ORDER BY t.occurred_at, t.id
) TO STDOUT (FORMAT csv, HEADER)
"""  # noqa: S608 (made of constants)
SOURCE = pl.Enum(SOURCES)
SCHEMA = {
    "id": pl.Int64,
    "occurred_at": pl.Int64,
    "label": pl.Int8,
    "amount": pl.Float64,
    "card": pl.String,
    "propensity": pl.Float64,
    "blocked": pl.Int8,
    "source": pl.String,
}


def payments_between(start: datetime, end: datetime, *, as_of: datetime) -> Dataset:
    """Return the payments of [start, end) with the labels that were known at `as_of`."""
    content = BytesIO()
    parameters = {"start": start, "end": end, "as_of": as_of}
    with connection.cursor() as cursor, cursor.copy(ROWS, parameters) as copy:
        for block in copy:
            content.write(block)
    rows = pl.read_csv(content.getvalue(), schema=SCHEMA)
    return _dataset(rows)


def first_payment_at(since: datetime) -> datetime | None:
    """Return when the first payment from then on was made, None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(occurred_at) FROM scoring_transaction WHERE occurred_at >= %s", [since]
        )
        first: datetime | None = cursor.fetchone()[0]
    return first


def _dataset(rows: pl.DataFrame) -> Dataset:
    return Dataset(
        transaction_ids=rows["id"].to_numpy(),
        occurred_at=rows["occurred_at"].to_numpy().astype("datetime64[us]"),
        labels=rows["label"].to_numpy(),
        amounts=rows["amount"].to_numpy(),
        cards=rows["card"].rank("dense").cast(pl.Int64).to_numpy(),
        propensities=rows["propensity"].fill_null(np.nan).to_numpy(),
        blocked=rows["blocked"].to_numpy().astype(bool),
        sources=rows["source"]
        .cast(SOURCE)
        .to_physical()
        .fill_null(NO_SOURCE)
        .to_numpy()
        .astype(np.int8),
    )
