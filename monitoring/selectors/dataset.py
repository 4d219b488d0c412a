"""Payments of a window with their labels as arrays, read in one statement."""

from datetime import datetime
from io import BytesIO
from typing import Any

import numpy as np
import polars as pl
from django.db import connection

from labeling.domain.maturing_sql import matured_payments_sql
from labeling.domain.resolution_sql import resolved_labels_sql
from monitoring.domain.dataset import (
    GIVEN,
    NO_SOURCE,
    SOURCES,
    UNLABELLED,
    WITHHELD,
    Dataset,
    kept_for_evaluation,
)
from scoring.selectors.secrets import data_key

WINDOW = "occurred_at >= %(start)s AND occurred_at < %(end)s"
# An imported payment stands for a past in which it would have come in when it was made, as its
# labels do: they have the moment at which they would have been known.
ARRIVED = "(t.imported OR t.received_at <= %(as_of)s)"
# Three statements, joined here: right after an import the database has no statistics yet, and would
# resolve all labels again for every payment.
PAYMENTS = f"""
COPY (
    SELECT t.id, (extract(epoch FROM t.occurred_at) * 1000000)::bigint AS occurred_at,
        t.base_amount AS amount, coalesce(t.card_id, t.customer_id, '#' || t.id) AS card,
        coalesce('customer ' || t.customer_id, 'card ' || t.card_id, 'payment ' || t.external_id)
            AS entity,
        CASE WHEN d.outcome = 'block' AND d.audited THEN d.audit_propensity END AS propensity,
        coalesce(d.outcome = 'block', false)::int AS blocked
    FROM scoring_transaction t
    LEFT JOIN scoring_decision d ON d.transaction_id = t.id AND d.decided_at <= %(as_of)s
    WHERE t.{WINDOW} AND {ARRIVED}
    ORDER BY t.occurred_at, t.id
) TO STDOUT (FORMAT csv, HEADER)
"""  # noqa: S608 (made of constants)
RESOLVED = resolved_labels_sql(
    where="label.transaction_id IN (SELECT id FROM scoring_transaction"  # noqa: S608 (constants)
    f" WHERE {WINDOW})"
)
FIRST_PARTY, UNRESOLVED, SILENCE = range(len(WITHHELD))
TRUTH = f"""
COPY (
    SELECT truth.transaction_id AS id, truth.source,
        CASE WHEN truth.trains THEN (truth.value = 'fraud')::int ELSE {UNLABELLED} END AS label,
        CASE WHEN truth.trains THEN {GIVEN} WHEN truth.value = 'unknown' THEN {UNRESOLVED}
            ELSE {FIRST_PARTY} END AS withheld,
        CASE WHEN truth.trains THEN (extract(epoch FROM truth.known_at) * 1000000)::bigint
            END AS known_at
    FROM ({RESOLVED}) truth
) TO STDOUT (FORMAT csv, HEADER)
"""  # noqa: S608 (made of constants)
QUIET = matured_payments_sql(
    where="payment.occurred_at >= %(start)s AND payment.occurred_at < %(end)s"
)
MATURED_PAYMENTS = f"""
COPY (
    SELECT transaction_id AS id, 1 AS matured FROM ({QUIET}) quiet
) TO STDOUT (FORMAT csv, HEADER)
"""  # noqa: S608 (made of constants)
PAYMENT_COLUMNS = {
    "id": pl.Int64,
    "occurred_at": pl.Int64,
    "amount": pl.Float64,
    "card": pl.String,
    "entity": pl.String,
    "propensity": pl.Float64,
    "blocked": pl.Int8,
}
MATURED_COLUMNS = {"id": pl.Int64, "matured": pl.Int8}
TRUTH_COLUMNS = {
    "id": pl.Int64,
    "source": pl.Enum(SOURCES),
    "label": pl.Int8,
    "withheld": pl.Int8,
    "known_at": pl.Int64,
}
MATURED = "matured"


def payments_between(start: datetime, end: datetime, *, as_of: datetime) -> Dataset:
    """Return the payments of [start, end) with the labels that were known at `as_of`.

    A payment about which nobody has said anything counts as legitimate, as if it had a label of
    source `matured`, once `labeling.domain.maturing` lets its silence say so. Asked again later
    with the same `as_of` it answers the same, whatever came in meanwhile; only an import can put
    rows into the past.
    """
    parameters = {"start": start, "end": end, "as_of": as_of}
    payments = _table(PAYMENTS, parameters, PAYMENT_COLUMNS)
    for statement, columns in ((TRUTH, TRUTH_COLUMNS), (MATURED_PAYMENTS, MATURED_COLUMNS)):
        table = _table(statement, parameters, columns)
        payments = payments.join(table, on="id", how="left", maintain_order="left")
    return _dataset(payments)


def last_payment_at(before: datetime, *, as_of: datetime) -> datetime | None:
    """Return when the last payment before then was made that was there at `as_of`, or None."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.occurred_at FROM scoring_transaction t"  # noqa: S608 (made of constants)
            f" WHERE t.occurred_at < %(before)s AND {ARRIVED} ORDER BY t.occurred_at DESC LIMIT 1",
            {"before": before, "as_of": as_of},
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _table(
    statement: str, parameters: dict[str, datetime], columns: dict[str, Any]
) -> pl.DataFrame:
    content = BytesIO()
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(statement, parameters) as copy,
    ):
        for block in copy:
            content.write(block)
    return pl.read_csv(content.getvalue(), schema=columns)


def _dataset(rows: pl.DataFrame) -> Dataset:
    # Of what we blocked only the audited part was drawn by lot; all else gets its label sooner
    # or later, so it stands for itself: no propensity.
    quiet = pl.col("label").is_null() & (pl.col("matured") == 1)
    rows = rows.with_columns(
        pl.when(quiet).then(0).otherwise(pl.col("label")).fill_null(UNLABELLED).alias("label"),
        pl.when(quiet)
        .then(SOURCES.index(MATURED))
        .otherwise(pl.col("source").to_physical())
        .fill_null(NO_SOURCE)
        .cast(pl.Int8)
        .alias("source"),
        pl.when(quiet)
        .then(GIVEN)
        .otherwise(pl.col("withheld"))
        .fill_null(SILENCE)
        .cast(pl.Int8)
        .alias("withheld"),
    )
    return Dataset(
        transaction_ids=rows["id"].to_numpy(),
        occurred_at=rows["occurred_at"].to_numpy().astype("datetime64[us]"),
        labels=rows["label"].cast(pl.Int8).to_numpy(),
        amounts=rows["amount"].to_numpy(),
        cards=rows["card"].rank("dense").cast(pl.Int64).to_numpy(),
        propensities=rows["propensity"].fill_null(np.nan).to_numpy(),
        blocked=rows["blocked"].to_numpy().astype(bool),
        sources=rows["source"].to_numpy(),
        known_at=rows["known_at"].cast(pl.Datetime("us")).to_numpy(),
        withheld=rows["withheld"].to_numpy(),
        evaluation_only=_evaluation_only(rows["entity"]),
    )


def _evaluation_only(entities: pl.Series) -> np.ndarray:
    names = entities.unique()
    kept = names.filter(pl.Series(kept_for_evaluation(names.to_list(), secret=data_key())))
    return entities.is_in(kept.implode()).to_numpy()
