"""Tiles of hot entities: added with the rows they count, and merged by a sweep."""

from collections.abc import Sequence

from django.db import connection, transaction

from scoring.domain.features import ENTITIES, WIDTHS

# How many tiles one database transaction merges.
MERGED_AT_ONCE = 10_000
# For the statement that stores payments or known frauds to tell whether tiles must follow.
ANY_HOT = "EXISTS (SELECT FROM scoring_hotentity)"

_OWNERS = ", ".join(f"('{entity}', {entity})" for entity in ENTITIES)
_WIDTHS = ", ".join(f"({width})" for width in WIDTHS)


def _tiles_of(counts: str, table: str, moment: str, total: str, largest: str) -> str:
    return f"""
        INSERT INTO scoring_entitytile
            (hot_entity_id, counts, width, starts_at, rows, total, largest)
        SELECT hot.id, '{counts}', width,
            date_bin(make_interval(secs => width), {moment}, 'epoch'),
            count(*), {total}, {largest}
        FROM {table} CROSS JOIN LATERAL (VALUES {_OWNERS}) AS owner (entity, key)
        JOIN scoring_hotentity hot USING (entity, key)
        CROSS JOIN (VALUES {_WIDTHS}) AS widths (width)
        WHERE {table}.id = ANY(%s)
        GROUP BY 1, 2, 3, 4
    """  # noqa: S608 (constants)


_OF_PAYMENTS = _tiles_of(
    "payments", "scoring_transaction", "occurred_at", "sum(base_amount)", "max(base_amount)"
)
_OF_FRAUDS = _tiles_of("frauds", "scoring_knownfraud", "known_at", "NULL", "NULL")


def add_tiles_of_payments(transaction_ids: Sequence[int]) -> None:
    """Add payments to the tiles of hot entities, in the database transaction that stored them.

    So they become visible together, and no marker comes between: it waits for that transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OF_PAYMENTS, [list(transaction_ids)])


def add_tiles_of_frauds(known_fraud_ids: Sequence[int]) -> None:
    """Add known frauds to the tiles of hot entities, in the transaction that stored them."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_FRAUDS, [list(known_fraud_ids)])


_MERGE = """
WITH due AS (
    SELECT DISTINCT hot_entity_id, counts, width, starts_at
    FROM scoring_entitytile WHERE NOT merged LIMIT %s
), gone AS (
    DELETE FROM scoring_entitytile tile USING due
    WHERE tile.hot_entity_id = due.hot_entity_id AND tile.counts = due.counts
        AND tile.width = due.width AND tile.starts_at = due.starts_at
    RETURNING tile.hot_entity_id, tile.counts, tile.width, tile.starts_at, tile.rows,
        tile.total, tile.largest
)
INSERT INTO scoring_entitytile
    (hot_entity_id, counts, width, starts_at, rows, total, largest, merged)
SELECT hot_entity_id, counts, width, starts_at, sum(rows), sum(total), max(largest), true
FROM gone GROUP BY hot_entity_id, counts, width, starts_at
"""


def merge_tiles() -> int:
    """Make one row of each tile that consists of several; return how many tiles were merged.

    A tile is taken away and put back in one database transaction: every statement sees it whole.
    Where another sweep is at it, nothing is done.
    """
    merged = 0
    while part := _merge_some():
        merged += part
        if part < MERGED_AT_ONCE:
            break
    return merged


@transaction.atomic
def _merge_some() -> int:
    with connection.cursor() as cursor:
        # Two sweeps that take away the same rows in another order would wait for each other.
        cursor.execute("SELECT pg_try_advisory_xact_lock('scoring_entitytile'::regclass::bigint)")
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_MERGE, [MERGED_AT_ONCE])
        return int(cursor.rowcount)
