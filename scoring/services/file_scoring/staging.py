"""The payments of a file beside the stored ones, seen by nobody else and gone in the end.

They lie in temporary tables. Temporary views with the names of the real tables show both, so the
one SQL statement that computes features runs as it is. Nothing is written into the real tables: a
row that waits there for its roll-back would hold up whoever sends the same payment meanwhile.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from django.db import connection
from django.db.models import Model
from psycopg import sql

from scoring.domain.intake import TransactionRecord
from scoring.domain.mapping import LineError, MappedRow
from scoring.models import KnownFraud, Transaction, TransactionDetails, TransactionEvent
from scoring.services.deciding.claiming import Subject
from scoring.services.storing import storable_rows

SHOWN: tuple[type[Model], ...] = (Transaction, TransactionDetails, TransactionEvent, KnownFraud)
ENTITIES = ("customer_id", "card_id", "merchant_id", "device_id", "ip_key", "email_key")
PAYMENT = (
    "id",
    "external_id",
    "content_hash",
    "occurred_at",
    "received_at",
    "amount",
    "currency",
    "base_amount",
    *ENTITIES,
    "payment_method",
    "channel",
    "country",
    "billing_country",
    "shipping_country",
    "customer_since",
    "payment_stage",
    "respond_by",
    "imported",
)
DETAILS = ("transaction_id", "attributes")
EVENT = ("id", "transaction_id", "type", "occurred_at", "received_at")
FRAUD = ("id", "transaction_id", "occurred_at", "known_at", *ENTITIES)
PLACE = ("place", "transaction_id")

_Known = tuple[int, bytes]


class Stage:
    """The rows of one file, numbered by their `places`; lives inside one database transaction."""

    def __init__(self) -> None:
        self.places = 0
        # Ids of the file are negative, so that no sequence moves.
        self._lowest = 0
        with connection.cursor() as cursor:
            # Statements that were prepared before must look again at what a name means.
            cursor.execute("DISCARD PLANS")
            for model in SHOWN:
                cursor.execute(_STAGED.format(_staged(model), sql.Identifier(_table(model))))
            cursor.execute(_PLACES)

    def add(self, rows: Sequence[MappedRow], *, now: datetime) -> list[LineError]:
        """Add the payments of `rows` with events and known frauds; return what is wrong.

        A payment that is stored, or came before in the file, is taken as it was then, with other
        content it is a conflict. Answers and events that become known after `now` do not count.
        """
        firsts = {row.record.external_id: row for row in reversed(rows)}
        storable = storable_rows((row.record for row in firsts.values()), now)
        known = self._known(storable)
        new = {name: row for name, row in storable.items() if name not in known}
        ids = {name: self._lowest - number for number, name in enumerate(new, start=1)}
        self._lowest -= len(new)
        self._copy_payments(new, ids, now)
        self._copy_what_followed([(ids[n], firsts[n], new[n]) for n in new], now)
        known |= {name: (ids[name], firsts[name].record.content_hash) for name in new}
        return self._take_places(rows, known)

    def show(self) -> None:
        """Let the names of the real tables mean stored and added rows together, from now on."""
        with connection.cursor() as cursor:
            for model in SHOWN:
                cursor.execute(sql.SQL("ANALYZE {}").format(_staged(model)))
            cursor.execute("ANALYZE staged_place")
            cursor.execute("SELECT current_schema()")
            schema = sql.Identifier(cursor.fetchone()[0])
            for model in SHOWN:
                cursor.execute(
                    _VIEW.format(
                        name=sql.Identifier(_table(model)),
                        columns=_names(str(f.column) for f in model._meta.concrete_fields),
                        schema=schema,
                        staged=_staged(model),
                    )
                )

    def subjects(self, first: int, count: int) -> list[Subject]:
        """Return what deciding needs of the rows in these places, in their order."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT t.id, t.external_id, t.base_amount, t.respond_by"
                " FROM staged_place p JOIN scoring_transaction t ON t.id = p.transaction_id"
                " WHERE p.place >= %s AND p.place < %s ORDER BY p.place",
                [first, first + count],
            )
            return [Subject(*row) for row in cursor.fetchall()]

    def _known(self, external_ids: Iterable[str]) -> dict[str, _Known]:
        statement = sql.SQL(
            "SELECT external_id, id, content_hash FROM {} WHERE external_id = ANY(%(ids)s)"
            " UNION ALL"
            " SELECT external_id, id, content_hash FROM {} WHERE external_id = ANY(%(ids)s)"
        ).format(sql.Identifier(_table(Transaction)), _staged(Transaction))
        with connection.cursor() as cursor:
            cursor.execute(statement, {"ids": list(external_ids)})
            return {name: (id_, bytes(content)) for name, id_, content in cursor.fetchall()}

    def _copy_payments(
        self, rows: Mapping[str, Mapping[str, Any]], ids: Mapping[str, int], now: datetime
    ) -> None:
        fixed = {"received_at": now, "imported": True}
        payments = (
            {**row, **fixed, "id": ids[name], "content_hash": bytes.fromhex(row["content_hash"])}
            for name, row in rows.items()
        )
        _copy(_staged(Transaction), PAYMENT, ([p.get(c) for c in PAYMENT] for p in payments))
        details = (
            (ids[name], orjson.dumps(row["attributes"]).decode())
            for name, row in rows.items()
            if row.get("attributes")
        )
        _copy(_staged(TransactionDetails), DETAILS, details)

    def _copy_what_followed(
        self, added: Sequence[tuple[int, MappedRow, Mapping[str, Any]]], now: datetime
    ) -> None:
        events = [
            (id_, kind, at, now) for id_, row, _ in added for kind, at in row.events if at <= now
        ]
        _copy(_staged(TransactionEvent), EVENT, self._numbered(events))
        frauds = [
            (id_, row.record.occurred_at, row.label.known_at, *(stored.get(e) for e in ENTITIES))
            for id_, row, stored in added
            if row.label and row.label.value == "fraud" and row.label.known_at <= now
        ]
        _copy(_staged(KnownFraud), FRAUD, self._numbered(frauds))

    def _numbered(self, rows: Sequence[tuple[Any, ...]]) -> Iterable[tuple[Any, ...]]:
        for row in rows:
            self._lowest -= 1
            yield (self._lowest, *row)

    def _take_places(
        self, rows: Sequence[MappedRow], known: Mapping[str, _Known]
    ) -> list[LineError]:
        errors: list[LineError] = []
        taken: list[int] = []
        for row in rows:
            found = known.get(row.record.external_id)
            if found is None:
                errors.append(_without_rate(row.line, row.record))
            elif found[1] != row.record.content_hash:
                message = "This external_id was used before, with other content."
                errors.append(LineError(row.line, "conflict", "external_id", message))
            else:
                taken.append(found[0])
        _copy(sql.Identifier("staged_place"), PLACE, enumerate(taken, start=self.places))
        self.places += len(taken)
        return errors


_STAGED = sql.SQL(
    "CREATE TEMPORARY TABLE {} (LIKE {} INCLUDING DEFAULTS INCLUDING INDEXES) ON COMMIT DROP"
)
_PLACES = (
    "CREATE TEMPORARY TABLE staged_place"
    " (place bigint PRIMARY KEY, transaction_id bigint NOT NULL) ON COMMIT DROP"
)
_VIEW = sql.SQL(
    "CREATE TEMPORARY VIEW {name} AS SELECT {columns} FROM {schema}.{name}"
    " UNION ALL SELECT {columns} FROM {staged}"
)


def _table(model: type[Model]) -> str:
    return str(model._meta.db_table)


def _staged(model: type[Model]) -> sql.Identifier:
    return sql.Identifier(f"staged_{_table(model)}")


def _names(columns: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _copy(table: sql.Identifier, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(table, _names(columns))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _without_rate(line: int, record: TransactionRecord) -> LineError:
    message = f"There is no exchange rate for this amount in {record.currency}."
    return LineError(line, "no_exchange_rate", "currency", message)
