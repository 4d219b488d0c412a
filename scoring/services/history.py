"""Rows of a table into the database: the same door as the API's, many at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from scoring.domain.events import EventRecord
from scoring.domain.mapping import LineError, MappedRow
from scoring.services.events import add_events
from scoring.services.intake import accept_transactions


@dataclass(frozen=True, slots=True)
class StoredRows:
    """What became of rows: how many are new or known, which were refused, and their ids.

    `transaction_ids` has the row of the database for each row of the table, by its line.
    """

    imported: int
    duplicates: int
    errors: tuple[LineError, ...]
    transaction_ids: Mapping[int, int]


@transaction.atomic
def store_rows(*, rows: Sequence[MappedRow], now: datetime, enqueue: bool) -> StoredRows:
    """Store the payments of `rows` with their events, each once.

    With `enqueue` they wait for a decision like live ones; else they are history. A row that
    contradicts a stored one, or has no exchange rate, is refused. Nobody is woken: the caller
    knows when it is done.
    """
    acceptance = accept_transactions(
        (row.record for row in rows), now=now, enqueue=enqueue, wake=False
    )
    errors = [
        LineError(rows[error.index].line, error.code, error.field, error.message)
        for error in acceptance.errors
    ]
    refused = {error.line for error in errors}
    ids = {
        row.line: acceptance.transaction_ids[row.record.external_id]
        for row in rows
        if row.line not in refused
    }
    add_events(_events(rows, ids, now), now=now)
    return StoredRows(acceptance.accepted, acceptance.duplicates, tuple(errors), ids)


def _events(
    rows: Sequence[MappedRow], ids: Mapping[int, int], now: datetime
) -> Iterator[tuple[int, EventRecord]]:
    for row in rows:
        if row.line in ids:
            told = (EventRecord(type, at) for type, at in row.events if at <= now)
            yield from ((ids[row.line], event) for event in told)
