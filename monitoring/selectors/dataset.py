"""Payments of a window with their labels as arrays, read in one statement."""

from datetime import datetime
from io import BytesIO
from typing import Any

import numpy as np
import polars as pl
from django.db import connection

from labeling.domain.resolution_sql import resolved_labels_sql
from monitoring.domain.dataset import NO_SOURCE, SOURCES, UNLABELLED, Dataset

WINDOW = "occurred_at >= %(start)s AND occurred_at < %(end)s"
# Two statements, joined here: right after an import the database has no statistics yet, and would
# resolve all labels again for every payment.
PAYMENTS = f"""
COPY (
    SELECT t.id, (extract(epoch FROM t.occurred_at) * 1000000)::bigint AS occurred_at,
        t.base_amount AS amount, coalesce(t.card_id, t.customer_id, '#' || t.id) AS card,
        CASE WHEN d.outcome = 'block' AND d.audited THEN d.audit_propensity END AS propensity,
        coalesce(d.outcome = 'block', false)::int AS blocked
    FROM scoring_transaction t
    LEFT JOIN scoring_decision d ON d.transaction_id = t.id
    WHERE t.{WINDOW}
    ORDER BY t.occurred_at, t.id
) TO STDOUT (FORMAT csv, HEADER)
"""  # noqa: S608 (made of constants)
RESOLVED = resolved_labels_sql(
    where="label.transaction_id IN (SELECT id FROM scoring_transaction"  # noqa: S608 (constants)
    f" WHERE {WINDOW})"
)
TRUTH = f"""
COPY (
    SELECT truth.transaction_id AS id, (truth.value = 'fraud')::int AS label, truth.source
    FROM ({RESOLVED}) truth WHERE truth.trains
) TO STDOUT (FORMAT csv, HEADER)
"""  # noqa: S608 (made of constants)
PAYMENT_COLUMNS = {
    "id": pl.Int64,
    "occurred_at": pl.Int64,
    "amount": pl.Float64,
    "card": pl.String,
    "propensity": pl.Float64,
    "blocked": pl.Int8,
}
TRUTH_COLUMNS = {"id": pl.Int64, "label": pl.Int8, "source": pl.Enum(SOURCES)}


def payments_between(start: datetime, end: datetime, *, as_of: datetime) -> Dataset:
    """Return the payments of [start, end) with the labels that were known at `as_of`."""
    parameters = {"start": start, "end": end, "as_of": as_of}
    payments = _table(PAYMENTS, parameters, PAYMENT_COLUMNS)
    truth = _table(TRUTH, parameters, TRUTH_COLUMNS)
    return _dataset(payments.join(truth, on="id", how="left", maintain_order="left"))


def last_payment_at(before: datetime) -> datetime | None:
    """Return when the last payment before then was made, None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(occurred_at) FROM scoring_transaction WHERE occurred_at < %s", [before]
        )
        last: datetime | None = cursor.fetchone()[0]
    return last


def _table(
    statement: str, parameters: dict[str, datetime], columns: dict[str, Any]
) -> pl.DataFrame:
    content = BytesIO()
    with connection.cursor() as cursor, cursor.copy(statement, parameters) as copy:
        for block in copy:
            content.write(block)
    return pl.read_csv(content.getvalue(), schema=columns)


def _dataset(rows: pl.DataFrame) -> Dataset:
    # Of what we blocked only the audited part was drawn by lot; all else gets its label sooner
    # or later, so it stands for itself: no propensity.
    return Dataset(
        transaction_ids=rows["id"].to_numpy(),
        occurred_at=rows["occurred_at"].to_numpy().astype("datetime64[us]"),
        labels=rows["label"].fill_null(UNLABELLED).to_numpy(),
        amounts=rows["amount"].to_numpy(),
        cards=rows["card"].rank("dense").cast(pl.Int64).to_numpy(),
        propensities=rows["propensity"].fill_null(np.nan).to_numpy(),
        blocked=rows["blocked"].to_numpy().astype(bool),
        sources=rows["source"].to_physical().cast(pl.Int8).fill_null(NO_SOURCE).to_numpy(),
    )
