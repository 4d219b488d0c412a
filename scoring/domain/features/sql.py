"""One SQL statement computes every feature: online, for history, and as of a stored snapshot.

Windows are exact and slide over event time: (t - w, t], or (t - d - w, t - d] with a delay d.
The statement takes parameters `ids` (bigint[]) and, as of a snapshot, `snapshot` (pg_snapshot) and
`own` (xid8), the database transaction that read it.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property

from scoring.domain.features import tiles, windows
from scoring.domain.features.definition import Feature, FeatureSet, Kind
from scoring.domain.features.plain import plain_expression
from scoring.domain.features.tiles import FROM_TILES, PARTS, TiledWindows, tiled_windows
from scoring.domain.features.windows import Visible, edges_of, value_of


def features_sql(
    feature_set: FeatureSet,
    *,
    as_of_snapshot: bool = False,
    tiled: frozenset[str] = frozenset(),
) -> str:
    """Return SQL that yields (transaction_id, values real[]) for each id in `ids`.

    The array is in the order of the feature set and holds NaN where a value is missing. Windows
    over the entities in `tiled` are read from tiles for payments whose entity is hot; the values
    are the same. As of a snapshot everything is read from rows.
    """
    return _Statement(feature_set, as_of_snapshot, tiled).text()


class _Statement:
    """The parts of the statement. Windows of one entity and delay share one subquery."""

    def __init__(
        self, feature_set: FeatureSet, as_of_snapshot: bool, tiled: frozenset[str]
    ) -> None:
        self.feature_set = feature_set
        self.visible = Visible(as_of_snapshot)
        features = [f for f in feature_set.features if f.kind is Kind.WINDOW]
        self.singles = [f for f in features if f.aggregate.startswith("seconds_since")]
        shared = [f for f in features if f not in self.singles]
        self.frauds = _grouped(f for f in shared if f.aggregate == "fraud_share")
        self.windows = _by_delay(shared)
        self.may_tile = frozenset() if as_of_snapshot else tiled

    def text(self) -> str:
        """Return the whole statement."""
        values = ",\n    ".join(
            f"COALESCE(({self._expression(feature)})::real, 'NaN')"
            for feature in self.feature_set.features
        )
        joins = "\n".join(
            f"LEFT JOIN LATERAL (\n{sql}\n) {alias} ON true" for alias, sql in self._laterals()
        )
        named = ",\n".join(
            f"{name} AS MATERIALIZED (\n{sql}\n)" for name, sql in self._named().items()
        )
        return (
            f"WITH {named}\nSELECT t.id AS transaction_id,"
            f" ARRAY[\n    {values}\n]::real[] AS values\nFROM {self._payments()}\n{joins}"
        )

    @cached_property
    def tiled(self) -> dict[tuple[str, int], TiledWindows]:
        """The groups of windows that tiles can answer."""
        return {
            (entity, delay): tiled_windows(entity, delay, able)
            for (entity, delay), features in self.windows.items()
            if entity in self.may_tile
            and (able := [f for f in features if f.aggregate in FROM_TILES])
        }

    @cached_property
    def tiled_frauds(self) -> dict[str, TiledWindows]:
        """The windows of known frauds that tiles can answer."""
        return {
            entity: tiled_windows(entity, 0, features)
            for entity, features in self.frauds.items()
            if entity in self.may_tile
        }

    def _named(self) -> dict[str, str]:
        """Return the queries that are computed once: the payments, and what tiles say of them."""
        own = (f for f in self.feature_set.features if f.kind is Kind.WINDOW)
        columns = "".join(
            f", occurred_at - interval '{seconds} seconds' AS edge_{seconds}"
            for seconds in sorted({0}.union(*map(edges_of, own)))
        )
        named = {
            "payments": f"  SELECT *{columns} FROM scoring_transaction"
            " WHERE id = ANY(%(ids)s::bigint[])"
        }
        named |= {f"hot_{entity}": tiles.hot_payments(entity) for entity, _ in self.tiled}
        for (entity, delay), group in self.tiled.items():
            named[_alias("tw", entity, delay)] = tiles.payments_of_hot(group)
        for entity, group in self.tiled_frauds.items():
            named[_alias("tf", entity)] = tiles.frauds_of_hot(group)
        return named

    def _payments(self) -> str:
        """Return the payments joined with their attributes and with what tiles say of them."""
        parts = ["payments t"]
        if self.feature_set.needs_attributes:
            parts.append("LEFT JOIN scoring_transactiondetails d ON d.transaction_id = t.id")
        # A full join can be no nested loop, which a planner that expects one row would choose.
        for alias in (
            *(_alias("tw", *group) for group in self.tiled),
            *(_alias("tf", entity) for entity in self.tiled_frauds),
        ):
            parts.append(f"FULL JOIN {alias} ON {alias}.id = t.id")
        return "\n".join(parts)

    def _laterals(self) -> Iterator[tuple[str, str]]:
        for (entity, delay), features in self.windows.items():
            alias, hot = _alias("w", entity, delay), _alias("tw", entity, delay)
            tiled = (entity, delay) in self.tiled
            cold = f"{hot}.id IS NULL" if tiled else ""
            yield alias, windows.history(entity, delay, features, self.visible, cold)
            rows_only = [f for f in features if f.aggregate not in FROM_TILES]
            if tiled and rows_only:
                only = f"{hot}.id IS NOT NULL"
                sql = windows.history(entity, delay, rows_only, self.visible, only)
                yield _alias("r", entity, delay), sql
        for entity, features in self.frauds.items():
            cold = f"{_alias('tf', entity)}.id IS NULL" if entity in self.tiled_frauds else ""
            yield _alias("f", entity), windows.known_frauds(entity, features, self.visible, cold)
        for feature in self.singles:
            yield f"s_{feature.name}", windows.neighbour(feature, self.visible)

    def _expression(self, feature: Feature) -> str:
        if feature.kind is not Kind.WINDOW:
            return plain_expression(feature)
        if feature in self.singles:
            return f"EXTRACT(EPOCH FROM t.occurred_at - s_{feature.name}.occurred_at)"
        column = self._column(feature)
        if feature.aggregate == "fraud_share":
            frauds = self._frauds(feature)
            column = (
                f"CASE WHEN {column} > 0 THEN LEAST(1.0, {frauds}::float8 / {column}) ELSE 0 END"
            )
        return f"CASE WHEN t.{feature.entity} IS NOT NULL THEN {column} END"

    def _column(self, feature: Feature) -> str:
        """The value of a window, by rows or tiles; for a fraud share, its number of payments."""
        group = (feature.entity, feature.delay_seconds)
        of_rows = f"{_alias('w', *group)}.{feature.name}"
        if group not in self.tiled:
            return of_rows
        hot, start = _alias("tw", *group), feature.delay_seconds + feature.window_seconds
        if feature.aggregate in FROM_TILES:
            of_tiles = value_of(feature, *(f"{hot}.{part}_{start}" for part in PARTS))
        else:
            of_tiles = f"{_alias('r', *group)}.{feature.name}"
        return f"(CASE WHEN {hot}.id IS NULL THEN {of_rows} ELSE {of_tiles} END)"

    def _frauds(self, feature: Feature) -> str:
        of_rows = f"{_alias('f', feature.entity)}.{feature.name}"
        if feature.entity not in self.tiled_frauds:
            return of_rows
        hot = _alias("tf", feature.entity)
        of_tiles = f"{hot}.count_{feature.window_seconds}"
        return f"(CASE WHEN {hot}.id IS NULL THEN {of_rows} ELSE {of_tiles} END)"


def _grouped(features: Iterable[Feature]) -> dict[str, list[Feature]]:
    groups: dict[str, list[Feature]] = {}
    for feature in features:
        groups.setdefault(feature.entity, []).append(feature)
    return groups


def _by_delay(features: Iterable[Feature]) -> dict[tuple[str, int], list[Feature]]:
    groups: dict[tuple[str, int], list[Feature]] = {}
    for feature in features:
        groups.setdefault((feature.entity, feature.delay_seconds), []).append(feature)
    return groups


def _alias(prefix: str, entity: str, delay: int = 0) -> str:
    return f"{prefix}_{entity}_{delay}"
