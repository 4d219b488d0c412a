"""The SQL of windows of hot entities: sums of tiles between the edges, rows at the edges.

A hot entity has so many payments that adding them up row by row takes too long. Tiles hold
their number, sum and maximum by the day, hour and minute. A window is made of the largest tiles
that hold none of its edges, and of the rows of the minutes that do; so it is exact. What the
tiles come to is the same for all payments of a batch whose edges lie in the same minutes, and is
added up once for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from scoring.domain.features.definition import Feature

# Lengths of tiles in seconds; each is a multiple of the one before. Tiles begin at multiples of
# their width since 1970, so a day is one of UTC.
WIDTHS = (60, 3_600, 86_400)
PAYMENTS, FRAUDS = "payments", "frauds"
# Number, sum and maximum can be added up; what looks at single rows cannot.
FROM_TILES = frozenset({"count", "sum", "mean", "max", "amount_ratio", "fraud_share"})


PARTS = ("count", "total", "largest")
# What each aggregate needs beside the number of payments.
_PARTS = {"sum": "total", "mean": "total", "amount_ratio": "total", "max": "largest"}
_ROW_PARTS = {"total": "sum(h.amount)", "largest": "max(h.amount)"}
_TILE_PARTS = {
    "count": "sum(tile.rows)",
    "total": "sum(tile.total)",
    "largest": "max(tile.largest)",
}


@dataclass(frozen=True, slots=True)
class TiledWindows:
    """Windows of one entity that end `delay` seconds before the payment and begin at `starts`.

    `parts` are what is added up of each: its count and, where needed, its total and largest.
    """

    entity: str
    delay: int
    starts: tuple[int, ...]
    parts: tuple[str, ...]

    @property
    def edges(self) -> tuple[int, ...]:
        """The edges in seconds before the payment, the newest first."""
        return (self.delay, *self.starts)

    @property
    def columns(self) -> tuple[tuple[str, int], ...]:
        """Each part of each window."""
        return tuple((part, start) for start in self.starts for part in self.parts)


def tiled_windows(entity: str, delay: int, features: Sequence[Feature]) -> TiledWindows:
    """Return what tiles must answer for these features."""
    starts = {delay + feature.window_seconds for feature in features}
    parts = {_PARTS.get(feature.aggregate, "count") for feature in features} | {"count"}
    return TiledWindows(entity, delay, tuple(sorted(starts)), tuple(sorted(parts)))


def hot_payments(entity: str) -> str:
    """Return a query for those among `payments` whose entity is hot: id, key, moment."""
    return (
        "  SELECT t.id, t.occurred_at, hot.id AS hot_id, hot.key\n"
        "  FROM payments t JOIN scoring_hotentity hot\n"
        f"    ON hot.entity = '{entity}' AND hot.key = t.{entity} AND hot.built_at IS NOT NULL"
    )


def payments_of_hot(windows: TiledWindows) -> str:
    """Return a query for `id` and, for each window, its parts: count_S, total_S, largest_S."""
    columns = ", ".join(
        f"{_added(part, start, windows)} AS {part}_{start}" for part, start in windows.columns
    )
    rows = f"scoring_transaction h WHERE h.{windows.entity} = minutes.key"
    return (
        f"  SELECT member.id, {columns}\n"
        f"{_shared(windows, PAYMENTS, 'occurred_at', rows, 'h.base_amount')}{_amounts(windows)}"
    )


def frauds_of_hot(windows: TiledWindows) -> str:
    """Return a query for `id` and count_S: frauds of others that became known and stand.

    Tiles hold all that ever became known. Retracted ones and the payment's own are few: indexes
    of their own find them, and they are taken away.
    """
    columns = ", ".join(
        f"{_added('count', start, windows)} - retracted.count_{start} - own.count_{start}"
        f" AS count_{start}"
        for start in windows.starts
    )
    counts = ", ".join(
        f"count(*) FILTER (WHERE k.known_at > member.edge_{start}) AS count_{start}"
        for start in windows.starts
    )
    rows = f"scoring_knownfraud h WHERE h.{windows.entity} = minutes.key"
    known = (
        f"k.{windows.entity} = minutes.key AND k.known_at > member.edge_{windows.starts[-1]}"
        f" AND k.known_at <= member.edge_{windows.delay}"
    )
    return (
        f"  SELECT member.id, {columns}\n{_shared(windows, FRAUDS, 'known_at', rows, 'NULL')}\n"
        f"  CROSS JOIN LATERAL (\n    SELECT {counts} FROM scoring_knownfraud k\n"
        f"    WHERE {known}\n      AND k.retracted_at <= member.occurred_at\n  ) retracted\n"
        f"  CROSS JOIN LATERAL (\n    SELECT {counts} FROM scoring_knownfraud k\n"
        f"    WHERE k.transaction_id = member.id AND {known}\n"
        f"      AND (k.retracted_at IS NULL OR k.retracted_at > member.occurred_at)\n  ) own"
    )


def _added(part: str, start: int, windows: TiledWindows) -> str:
    """A part of a window: that of the tiles and that of the rows in the minutes of the edges."""
    of_tiles, of_rows = f"tiles.{part}_{start}", f"amounts.{part}_{start}"
    if part == "count":
        # Among sorted moments: how many are not after the end, less those not after the start.
        until, since = (f"member.edge_{edge}" for edge in (windows.delay, start))
        of_rows = f"width_bucket({until}, near.moments) - width_bucket({since}, near.moments)"
    if part == "largest":
        return f"GREATEST({of_tiles}, {of_rows})"
    return f"COALESCE({of_tiles}, 0) + COALESCE({of_rows}, 0)"


def _amounts(windows: TiledWindows) -> str:
    """Totals and maxima of the rows near the edges, where a feature needs them."""
    wanted = ", ".join(
        f"{_ROW_PARTS[part]} FILTER (WHERE h.at > member.edge_{start}) AS {part}_{start}"
        for part, start in windows.columns
        if part != "count"
    )
    if not wanted:
        return ""
    return (
        f"\n  CROSS JOIN LATERAL (\n    SELECT {wanted}\n"
        "    FROM unnest(near.moments, near.amounts) AS h (at, amount)\n"
        f"    WHERE h.at <= member.edge_{windows.delay}\n  ) amounts"
    )


def _shared(windows: TiledWindows, counted: str, moment: str, rows: str, amount: str) -> str:
    """The payments by the minutes of their edges, with what they share.

    That is the sums of the tiles between the edges and the rows in the minutes of the edges.
    """
    minutes = ", ".join(
        f"{_bin(WIDTHS[0], f'occurred_at - {_interval(seconds)}')} AS minute_{place}"
        for place, seconds in enumerate(windows.edges)
    )
    names = [f"minute_{place}" for place in range(len(windows.edges))]
    sums = ", ".join(
        f"{_TILE_PARTS[part]} FILTER (WHERE tile.starts_at >"
        f" minutes.minute_{windows.edges.index(start, 1)}) AS {part}_{start}"
        for part, start in windows.columns
    )
    edges = ", ".join(f"at - {_interval(start)} AS edge_{start}" for start in windows.edges)
    return (
        f"  FROM (\n    SELECT hot_id, key, {', '.join(names)}, array_agg(id) AS ids,\n"
        "      array_agg(occurred_at) AS moments\n"
        f"    FROM (SELECT *, {minutes} FROM hot_{windows.entity}) AS hot\n"
        f"    GROUP BY hot_id, key, {', '.join(names)}\n  ) minutes\n"
        f"  CROSS JOIN LATERAL (\n    SELECT {_bins(names)}\n    OFFSET 0\n  ) bins\n"
        f"  CROSS JOIN LATERAL (\n    SELECT {sums}\n    FROM (\n"
        f"{_tiles(len(names), counted)}\n    ) tile\n  ) tiles\n"
        "  CROSS JOIN LATERAL (\n    SELECT COALESCE(array_agg(h.at ORDER BY h.at), '{}')"
        " AS moments,\n      array_agg(h.amount ORDER BY h.at) AS amounts\n"
        f"    FROM unnest(bins.edge_{WIDTHS[0]}) AS edge CROSS JOIN LATERAL (\n"
        f"      SELECT h.{moment} AS at, {amount} AS amount FROM {rows}\n"
        f"        AND h.{moment} >= edge AND h.{moment} < edge + {_interval(WIDTHS[0])}\n"
        "      OFFSET 0\n    ) h\n  ) near\n"
        f"  CROSS JOIN LATERAL (\n    SELECT id, at AS occurred_at, {edges}\n"
        "    FROM unnest(minutes.ids, minutes.moments) AS one (id, at)\n    OFFSET 0\n  ) member"
    )


def _bins(names: Sequence[str]) -> str:
    """For each width the tiles in which edges lie: in order, and each once."""
    parts = []
    for width in WIDTHS:
        bins = ", ".join(_bin(width, f"minutes.{name}") for name in names)
        parts.append(f"ARRAY[{bins}] AS in_{width}")
        parts.append(f"ARRAY(SELECT DISTINCT unnest(ARRAY[{bins}])) AS edge_{width}")
    return ",\n      ".join(parts)


def _tiles(edges: int, counted: str) -> str:
    """Tiles between the edges: the largest everywhere, smaller ones inside those with an edge."""
    levels = []
    for width, wider in zip(WIDTHS, (*WIDTHS[1:], None), strict=True):
        found = (
            "SELECT tile.starts_at, tile.rows, tile.total, tile.largest\n"
            "      FROM scoring_entitytile tile\n"
            f"      WHERE tile.hot_entity_id = minutes.hot_id AND tile.counts = '{counted}'"
            f" AND tile.width = {width}\n"
            f"        AND tile.starts_at > bins.in_{width}[{edges}]"
            f" AND tile.starts_at < bins.in_{width}[1]\n"
            f"        AND tile.starts_at <> ALL (bins.edge_{width})"
        )
        if wider:
            found = (
                f"SELECT inner_tile.* FROM unnest(bins.edge_{wider}) AS edge CROSS JOIN LATERAL (\n"
                f"      {found}\n        AND tile.starts_at >= edge"
                f" AND tile.starts_at < edge + {_interval(wider)}\n      OFFSET 0) inner_tile"
            )
        levels.append(f"      {found}")
    return "\n      UNION ALL\n".join(levels)


def _bin(width: int, moment: str) -> str:
    return f"date_bin({_interval(width)}, {moment}, 'epoch')"


def _interval(seconds: int) -> str:
    return f"interval '{seconds} seconds'"
