"""Tiles of hot entities against the rows that they count."""

from django.db import connection

from scoring.domain.features import ENTITIES, WIDTHS

_KINDS = (
    ("payments", "scoring_transaction", "occurred_at", "base_amount"),
    ("frauds", "scoring_knownfraud", "known_at", "NULL::numeric"),
)


def differing_tiles() -> list[tuple[object, ...]]:
    """Return (entity, key, counts, width, start) of tiles that are not what their rows come to."""
    found: list[tuple[object, ...]] = []
    with connection.cursor() as cursor:
        for entity in ENTITIES:
            for kind in _KINDS:
                cursor.execute(_comparison(entity, *kind))
                found += cursor.fetchall()
    return found


def _comparison(entity: str, counts: str, table: str, moment: str, amount: str) -> str:
    widths = ", ".join(f"({width})" for width in WIDTHS)
    return f"""
        WITH hot AS (
            SELECT * FROM scoring_hotentity WHERE entity = '{entity}' AND built_at IS NOT NULL
        ), expected AS (
            SELECT hot.id, width, date_bin(make_interval(secs => width), {moment}, 'epoch') AS at,
                count(*) AS rows, sum({amount}) AS total, max({amount}) AS largest
            FROM hot JOIN {table} r ON r.{entity} = hot.key
            CROSS JOIN (VALUES {widths}) AS widths (width) GROUP BY 1, 2, 3
        ), stored AS (
            SELECT tile.hot_entity_id AS id, width, starts_at AS at, sum(rows) AS rows,
                sum(total) AS total, max(largest) AS largest
            FROM scoring_entitytile tile JOIN hot ON hot.id = tile.hot_entity_id
            WHERE counts = '{counts}' GROUP BY 1, 2, 3
        )
        SELECT '{entity}', hot.key, '{counts}', width, at
        FROM expected FULL JOIN stored USING (id, width, at) JOIN hot USING (id)
        WHERE (expected.rows, expected.total, expected.largest)
            IS DISTINCT FROM (stored.rows, stored.total, stored.largest)
    """
