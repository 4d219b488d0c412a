"""Tiles of hot entities: added with the rows they count, and merged by a sweep."""

from django.db import connection, transaction

from scoring.domain.features import ENTITIES, WIDTHS

_OWNERS = ", ".join(f"('{entity}', {entity})" for entity in ENTITIES)
_WIDTHS = ", ".join(f"({width})" for width in WIDTHS)
# How many tiles one database transaction merges.
MERGED_AT_ONCE = 10_000


def _tiles_of_added(counts: str, moment: str, total: str, largest: str) -> str:
    # Without a hot entity the condition is one look at an empty table.
    return f"""
    INSERT INTO scoring_entitytile
        (hot_entity_id, counts, width, starts_at, rows, total, largest)
    SELECT hot.id, '{counts}', width,
        date_bin(make_interval(secs => width), {moment}, 'epoch'), count(*), {total}, {largest}
    FROM added CROSS JOIN LATERAL (VALUES {_OWNERS}) AS owner (entity, key)
    JOIN scoring_hotentity hot USING (entity, key)
    CROSS JOIN (VALUES {_WIDTHS}) AS widths (width)
    WHERE EXISTS (SELECT FROM scoring_hotentity)
    GROUP BY 1, 2, 3, 4
"""  # noqa: S608 (constants)


# For statements whose part `added` returns new rows: with all entity keys and `occurred_at` and
# `base_amount`, or `known_at`. In one statement with them, tile and row become visible together.
TILES_OF_ADDED_PAYMENTS = _tiles_of_added(
    "payments", "occurred_at", "sum(base_amount)", "max(base_amount)"
)
TILES_OF_ADDED_FRAUDS = _tiles_of_added("frauds", "known_at", "NULL", "NULL")

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
