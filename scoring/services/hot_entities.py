"""Entities whose windows hold too many rows to be added up one by one get tiles."""

from datetime import datetime

from django.conf import settings
from django.db import OperationalError, connection, transaction

from scoring.domain.features import ENTITIES, WIDTHS
from scoring.models import HotEntity

# Where hot entities are looked for: among the keys of the newest payments.
NEWEST = 20_000
# A key that is rarer among them waits until it is not.
LEAST_AMONG_NEWEST = 5
CANDIDATES = 200
LONGEST_WINDOW = "30 days"
# New payments wait behind us while we wait for those that are being stored.
LONGEST_WAIT = "500ms"

_OWNERS = ", ".join(f"('{entity}', {entity})" for entity in ENTITIES)
_ROWS = " ".join(
    f"WHEN '{entity}' THEN (SELECT count(*) FROM (SELECT FROM scoring_transaction h"  # noqa: S608
    f" WHERE h.{entity} = found.key AND h.occurred_at > found.latest - interval '{LONGEST_WINDOW}'"
    " LIMIT %(rows)s) AS counted)"
    for entity in ENTITIES
)
_CROWDED = f"""
WITH newest AS MATERIALIZED (
    SELECT {", ".join(ENTITIES)}, occurred_at FROM scoring_transaction
    ORDER BY id DESC LIMIT {NEWEST}
), found AS MATERIALIZED (
    SELECT entity, key, max(occurred_at) AS latest
    FROM newest CROSS JOIN LATERAL (VALUES {_OWNERS}) AS owner (entity, key)
    WHERE key IS NOT NULL
        AND NOT EXISTS (SELECT FROM scoring_hotentity hot
            WHERE hot.entity = owner.entity AND hot.key = owner.key)
    GROUP BY entity, key HAVING count(*) >= least({LEAST_AMONG_NEWEST}, %(rows)s)
    ORDER BY count(*) DESC, entity, key LIMIT {CANDIDATES}
)
SELECT entity, key FROM found WHERE CASE entity {_ROWS} END >= %(rows)s
"""  # noqa: S608 (constants)


def promote_hot_entities(*, now: datetime) -> int:
    """Give tiles to entities that have become hot; return how many got theirs.

    An entity is hot from `FRAUDREVIEW_HOT_ROWS` payments within the longest window on, and stays
    it. First it gets a marker, and whatever is stored from then on adds to its tiles. Then what
    was there before is added, and from then on windows read the tiles.
    """
    _mark(_crowded(), now)
    unbuilt = HotEntity.objects.filter(built_at__isnull=True).values_list("pk", flat=True)
    built = sum(_build(hot_entity_id, now) for hot_entity_id in unbuilt)
    if built:
        _refresh_statistics()
    return built


def _crowded() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_CROWDED, {"rows": settings.FRAUDREVIEW_HOT_ROWS})
        return [(entity, key) for entity, key in cursor.fetchall()]


def _mark(found: list[tuple[str, str]], now: datetime) -> None:
    """Add markers at a moment in which no payment or label is half stored.

    So each of them either has an id up to the marker's, or its statement sees the marker. That
    takes ids that are drawn by the statement that stores the row. (Its database transaction
    would tell as much, but not after a restore on another server.)
    """
    if not found:
        return
    entities, keys = (list(column) for column in zip(*found, strict=True))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LONGEST_WAIT])
            cursor.execute("LOCK TABLE scoring_transaction, scoring_knownfraud IN SHARE MODE")
            cursor.execute(
                "INSERT INTO scoring_hotentity"
                " (entity, key, promoted_at, last_transaction_id, last_known_fraud_id)"
                " SELECT entity, key, %s,"
                " (SELECT COALESCE(max(id), 0) FROM scoring_transaction),"
                " (SELECT COALESCE(max(id), 0) FROM scoring_knownfraud)"
                " FROM unnest(%s::text[], %s::text[]) AS found (entity, key)"
                " ON CONFLICT DO NOTHING",
                [now, entities, keys],
            )
    except OperationalError as error:
        # Somebody stores for long: the next sweep tries again.
        if getattr(error.__cause__, "sqlstate", None) != "55P03":  # lock_not_available
            raise


@transaction.atomic
def _build(hot_entity_id: int, now: datetime) -> bool:
    """Add the tiles of what was there before the marker; return whether they were missing."""
    hot = HotEntity.objects.select_for_update(skip_locked=True).filter(pk=hot_entity_id).first()
    if hot is None or hot.built_at is not None:
        return False
    with connection.cursor() as cursor:
        for sql, last in (
            (_tiles_of_payments(hot.entity), hot.last_transaction_id),
            (_tiles_of_frauds(hot.entity), hot.last_known_fraud_id),
        ):
            cursor.execute(sql, {"id": hot.pk, "key": hot.key, "last": last})
    hot.built_at = now
    hot.save(update_fields=["built_at"])
    return True


def _tiles_of_payments(entity: str) -> str:
    return _tiles(
        "payments",
        "SELECT date_bin('1 minute', occurred_at, 'epoch') AS at, count(*) AS rows,"  # noqa: S608
        " sum(base_amount) AS total, max(base_amount) AS largest FROM scoring_transaction"
        f" WHERE {entity} = %(key)s AND id <= %(last)s"
        " GROUP BY at",
    )


def _tiles_of_frauds(entity: str) -> str:
    return _tiles(
        "frauds",
        "SELECT date_bin('1 minute', known_at, 'epoch') AS at, count(*) AS rows,"  # noqa: S608
        " NULL::numeric AS total, NULL::numeric AS largest FROM scoring_knownfraud"
        f" WHERE {entity} = %(key)s AND id <= %(last)s"
        " GROUP BY at",
    )


def _tiles(counts: str, minutes: str) -> str:
    widths = ", ".join(f"({width})" for width in WIDTHS)
    return (
        f"WITH minutes AS MATERIALIZED ({minutes})"  # noqa: S608 (constants)
        " INSERT INTO scoring_entitytile"
        " (hot_entity_id, counts, width, starts_at, rows, total, largest, merged)"
        f" SELECT %(id)s, '{counts}', width,"
        " date_bin(make_interval(secs => width), at, 'epoch') AS starts_at,"
        " sum(rows), sum(total), max(largest), true"
        f" FROM minutes CROSS JOIN (VALUES {widths}) AS widths (width) GROUP BY width, starts_at"
    )


def _refresh_statistics() -> None:
    """Tell the planner how many hot entities and tiles there are now."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE scoring_hotentity, scoring_entitytile")
