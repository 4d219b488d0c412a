"""A table of past payments and their answers into the database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Model
from psycopg import sql

from labeling.domain.resolution import Claim
from labeling.models import Label
from labeling.services.labels import record_labels
from scoring.domain.intake import Context
from scoring.domain.mapping import LineError, MappedRow, RowReader
from scoring.models import KnownFraud, Transaction, TransactionDetails, TransactionEvent
from scoring.selectors.mappings import label_delay, mapped_table
from scoring.selectors.secrets import data_key
from scoring.selectors.tables import ahead
from scoring.services.history import StoredRows, store_rows
from scoring.services.wakeup import ring

ERRORS_TOLD = 100
# From so many new rows on the planner should know.
MANY = 1_000
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class ImportSummary:
    """What an import did; `errors` holds the first hundred of `errors_total`.

    rows = imported + duplicates + refused. labels: how many were recorded; labels_to_come: how
    many become known only after the import and were left out. left_out: unmapped columns that
    look like answers and were not kept as attributes.
    """

    mapping: str = ""
    rows: int = 0
    imported: int = 0
    duplicates: int = 0
    refused: int = 0
    errors: list[LineError] = field(default_factory=list)
    errors_total: int = 0
    labels: int = 0
    labels_to_come: int = 0
    left_out: tuple[str, ...] = ()

    def note(self, errors: Sequence[LineError]) -> None:
        """Count errors, and keep the first ones."""
        self.errors.extend(islice(errors, max(0, ERRORS_TOLD - len(self.errors))))
        self.errors_total += len(errors)
        self.refused += len({error.line for error in errors})


def import_history(
    *,
    path: Path,
    now: datetime,
    mapping_name: str | None = None,
    label_delay_days: float | None = None,
    enqueue: bool = False,
    progress: Progress | None = None,
) -> ImportSummary:
    """Import the table in `path` and tell what became of its rows.

    Each piece of the file is one database transaction, and rows that are stored already are
    duplicates, so an interrupted import is simply repeated. Without a mapping the shipped one
    that fits is taken. A label without a time of its own counts as known `label_delay_days`
    after its payment. `progress` is told how much of how much is done. Raises Problem for a
    file or a mapping that cannot be used.
    """
    table, mapping = mapped_table(path, mapping_name=mapping_name)
    reader = RowReader(
        mapping,
        table.columns,
        context=Context(now, data_key()),
        delay=label_delay(mapping, days=label_delay_days),
    )
    summary = ImportSummary(mapping=mapping.name, left_out=reader.left_out)
    chunks = table.chunks(frozenset(table.columns) - mapping.ignored)
    for chunk, mapped in ahead((chunk, reader.read(chunk)) for chunk in chunks):
        summary.rows += chunk.line_count
        rows, wrong = _with_known_sources(mapped.rows)
        summary.note([*mapped.errors, *wrong])
        _import_rows(rows, summary, now=now, enqueue=enqueue)
        if progress:
            progress(table.done, table.total)
    if summary.imported >= MANY:
        _refresh_statistics()
    if enqueue and summary.imported:
        ring()
    return summary


def _refresh_statistics() -> None:
    """Tell the planner at once how large the tables are now; its own visit may be minutes away."""
    models: list[type[Model]] = [
        Transaction,
        TransactionDetails,
        TransactionEvent,
        KnownFraud,
        Label,
    ]
    tables = [sql.Identifier(model._meta.db_table) for model in models]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("ANALYZE {}").format(sql.SQL(", ").join(tables)))


def _with_known_sources(rows: Sequence[MappedRow]) -> tuple[list[MappedRow], list[LineError]]:
    known = {"", *Label.Source.values}
    errors = [
        LineError(row.line, "unknown_choice", "label_source", f"One of {', '.join(Label.Source)}.")
        for row in rows
        if row.label and row.label.source not in known
    ]
    refused = {error.line for error in errors}
    return [row for row in rows if row.line not in refused], errors


@transaction.atomic
def _import_rows(
    rows: Sequence[MappedRow], summary: ImportSummary, *, now: datetime, enqueue: bool
) -> None:
    stored = store_rows(rows=rows, now=now, enqueue=enqueue)
    claims = [_claim(row, stored.transaction_ids[row.line]) for row in rows if _counts(row, stored)]
    due = [claim for claim in claims if claim.known_at <= now]
    new = _new(due, some_known=stored.imported < len(rows))
    summary.labels += record_labels(claims=new, now=now)
    summary.labels_to_come += len(claims) - len(due)
    summary.imported += stored.imported
    summary.duplicates += stored.duplicates
    summary.note(stored.errors)


def _counts(row: MappedRow, stored: StoredRows) -> bool:
    return row.label is not None and row.line in stored.transaction_ids


def _claim(row: MappedRow, transaction_id: int) -> Claim:
    label = row.label
    assert label is not None
    return Claim(
        transaction_id=transaction_id,
        value=label.value,
        source=label.source or Label.Source.IMPORT,
        known_at=label.known_at,
        fraud_type=label.fraud_type[:30],
        reason=label.reason[:50],
    )


def _new(claims: Sequence[Claim], *, some_known: bool) -> list[Claim]:
    """The claims that nobody has made yet, each once."""
    if not some_known:
        return list(claims)
    ids = [claim.transaction_id for claim in claims]
    made = set(
        Label.objects.filter(transaction_id__in=ids).values_list(
            "transaction_id", "value", "source"
        )
    )
    fresh = {_identity(claim): claim for claim in claims if _identity(claim) not in made}
    return list(fresh.values())


def _identity(claim: Claim) -> tuple[int, str, str]:
    return claim.transaction_id, claim.value, claim.source
