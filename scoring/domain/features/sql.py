"""One SQL statement computes every feature: online, for history, and as of a stored snapshot.

Windows are exact and slide over event time: (t - w, t], or (t - d - w, t - d] with a delay d.
The statement takes parameters `ids` (bigint[]) and, as of a snapshot, `snapshot` (pg_snapshot).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from scoring.domain.features.definition import Feature, FeatureSet, Kind
from scoring.domain.features.plain import plain_expression


@dataclass(frozen=True, slots=True)
class Lateral:
    """A joined subquery `alias` that yields named columns of one entity's history."""

    alias: str
    sql: str


def features_sql(feature_set: FeatureSet, *, as_of_snapshot: bool = False) -> str:
    """Return SQL that yields (transaction_id, values real[]) for each id in `ids`.

    The array is in the order of the feature set and holds NaN where a value is missing.
    """
    builder = _Builder(feature_set, as_of_snapshot)
    values = ",\n    ".join(
        f"COALESCE(({builder.expression(feature)})::real, 'NaN')"
        for feature in feature_set.features
    )
    joins = "\n".join(
        f"LEFT JOIN LATERAL (\n{lateral.sql}\n) {lateral.alias} ON true"
        for lateral in builder.laterals()
    )
    details = (
        "LEFT JOIN scoring_transactiondetails d ON d.transaction_id = t.id"
        if feature_set.needs_attributes
        else ""
    )
    return (
        f"SELECT t.id AS transaction_id, ARRAY[\n    {values}\n]::real[] AS values\n"
        f"FROM scoring_transaction t\n{details}\n{joins}\nWHERE t.id = ANY(%(ids)s::bigint[])"
    )


class _Builder:
    """Collects, while expressions are written, which subqueries they need."""

    def __init__(self, feature_set: FeatureSet, as_of_snapshot: bool) -> None:
        self.windows: dict[tuple[str, int], list[Feature]] = {}
        self.frauds: dict[str, list[Feature]] = {}
        self.singles: list[Lateral] = []
        self.as_of_snapshot = as_of_snapshot

    def expression(self, feature: Feature) -> str:
        """Return the SQL expression of one feature."""
        if feature.kind is Kind.WINDOW:
            return self._window(feature)
        return plain_expression(feature)

    def laterals(self) -> Iterator[Lateral]:
        """Yield the subqueries that the expressions so far refer to."""
        for (entity, delay), features in self.windows.items():
            yield Lateral(_alias("w", entity, delay), self._history(entity, delay, features))
        for entity, features in self.frauds.items():
            yield Lateral(_alias("f", entity, 0), self._known_frauds(entity, features))
        yield from self.singles

    def _window(self, feature: Feature) -> str:
        if feature.aggregate.startswith("seconds_since"):
            return self._since(feature)
        self.windows.setdefault((feature.entity, feature.delay_seconds), []).append(feature)
        alias = _alias("w", feature.entity, feature.delay_seconds)
        column = f"{alias}.{feature.name}"
        present = f"t.{feature.entity} IS NOT NULL"
        if feature.aggregate != "fraud_share":
            return f"CASE WHEN {present} THEN {column} END"
        self.frauds.setdefault(feature.entity, []).append(feature)
        frauds = f"{_alias('f', feature.entity, 0)}.{feature.name}"
        share = f"CASE WHEN {column} > 0 THEN LEAST(1.0, {frauds}::float8 / {column}) ELSE 0 END"
        return f"CASE WHEN {present} THEN {share} END"

    def _history(self, entity: str, delay: int, features: list[Feature]) -> str:
        longest = max(feature.window_seconds for feature in features)
        declines = any(feature.aggregate == "declined_share" for feature in features)
        columns = ",\n".join(f"  {_aggregate(feature)} AS {feature.name}" for feature in features)
        joined = f"\n  {_DECLINES.format(visible=self._visible('e'))}" if declines else ""
        return (
            f"  SELECT\n{columns}\n  FROM scoring_transaction h{joined}\n"
            f"  WHERE h.{entity} = t.{entity}\n"
            f"    AND h.occurred_at > t.occurred_at - {_interval(delay + longest)}\n"
            f"    AND h.occurred_at <= t.occurred_at{_minus(delay)}{self._own_visible()}"
        )

    def _known_frauds(self, entity: str, features: list[Feature]) -> str:
        longest = max(feature.window_seconds for feature in features)
        columns = ",\n".join(
            f"  count(*) FILTER (WHERE k.known_at > t.occurred_at"
            f" - {_interval(feature.window_seconds)}) AS {feature.name}"
            for feature in features
        )
        return (
            f"  SELECT\n{columns}\n  FROM scoring_knownfraud k\n"
            f"  WHERE k.{entity} = t.{entity}\n"
            f"    AND k.known_at > t.occurred_at - {_interval(longest)}\n"
            f"    AND k.known_at <= t.occurred_at\n"
            # A label of this very payment must never explain this payment.
            f"    AND k.transaction_id <> t.id\n"
            f"    AND {self._stands()}{self._visible('k')}"
        )

    def _since(self, feature: Feature) -> str:
        """Seconds since the entity's last or first payment before this one."""
        last = feature.aggregate == "seconds_since_last"
        alias = f"s_{feature.name}"
        start = (
            f"\n    AND h.occurred_at > t.occurred_at - {_interval(feature.window_seconds)}"
            if feature.window_seconds
            else ""
        )
        self.singles.append(
            Lateral(
                alias,
                f"  SELECT h.occurred_at FROM scoring_transaction h\n"
                f"  WHERE h.{feature.entity} = t.{feature.entity}\n"
                f"    AND h.occurred_at < t.occurred_at{start}{self._own_visible()}\n"
                f"  ORDER BY h.occurred_at {'DESC' if last else 'ASC'} LIMIT 1",
            )
        )
        return f"EXTRACT(EPOCH FROM t.occurred_at - {alias}.occurred_at)"

    def _own_visible(self) -> str:
        # A payment accepted and decided in one database transaction is not in the snapshot,
        # yet its own batch saw it.
        if not self.as_of_snapshot:
            return ""
        return "\n    AND (h.id = t.id OR pg_visible_in_snapshot(h.inserted_xid, %(snapshot)s))"

    def _visible(self, alias: str) -> str:
        if not self.as_of_snapshot:
            return ""
        return f"\n    AND pg_visible_in_snapshot({alias}.inserted_xid, %(snapshot)s)"

    def _stands(self) -> str:
        stands = "k.retracted_at IS NULL OR k.retracted_at > t.occurred_at"
        if self.as_of_snapshot:
            stands += " OR NOT pg_visible_in_snapshot(k.retracted_xid, %(snapshot)s)"
        return f"({stands})"


_DECLINES = """LEFT JOIN LATERAL (
    SELECT 1 AS declined FROM scoring_transactionevent e
    WHERE e.transaction_id = h.id AND e.type = 'issuer_declined'
      AND e.occurred_at <= t.occurred_at{visible}
    LIMIT 1
  ) e ON true"""


def _alias(prefix: str, entity: str, delay: int) -> str:
    return f"{prefix}_{entity}_{delay}"


def _interval(seconds: int) -> str:
    return f"interval '{seconds} seconds'"


def _minus(seconds: int) -> str:
    return f" - {_interval(seconds)}" if seconds else ""


def _aggregate(feature: Feature) -> str:
    """The aggregate over the rows of the shared subquery that lie in this feature's window."""
    inside = (
        f"FILTER (WHERE h.occurred_at > t.occurred_at"
        f" - {_interval(feature.delay_seconds + feature.window_seconds)})"
    )
    count, total = f"count(*) {inside}", f"sum(h.base_amount) {inside}"
    others = f"NULLIF({count} - 1, 0)"
    return {
        "count": count,
        "fraud_share": count,
        "sum": f"COALESCE({total}, 0)",
        "mean": f"({total})::float8 / NULLIF({count}, 0)",
        "max": f"max(h.base_amount) {inside}",
        "distinct": f"count(DISTINCT h.{feature.other}) {inside}",
        # The payment itself is among those with its value; without a value none can be equal.
        "same": f"NULLIF(count(*) FILTER (WHERE h.{feature.other} = t.{feature.other}"
        f" AND h.occurred_at > t.occurred_at - {_interval(feature.window_seconds)}), 0) - 1",
        "amount_ratio": f"t.base_amount::float8 * {others}"
        f" / NULLIF(({total} - t.base_amount)::float8, 0)",
        "declined_share": f"(count(e.declined) {inside})::float8 / NULLIF({count}, 0)",
    }[feature.aggregate]
