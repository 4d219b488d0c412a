"""The SQL of windows that reads rows: one subquery for all windows of an entity and a delay.

`t` is the payment; it carries each edge of its windows as a column, `edge(seconds)`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from scoring.domain.features.definition import Feature


@dataclass(frozen=True, slots=True)
class Visible:
    """Which rows a statement sees: all of its own snapshot, or those of a stored one."""

    as_of_snapshot: bool

    def row(self, alias: str) -> str:
        """Return the condition for rows of `alias`, with its AND; empty where all are seen."""
        if not self.as_of_snapshot:
            return ""
        return f"\n    AND pg_visible_in_snapshot({alias}.inserted_xid, %(snapshot)s)"

    def payment(self) -> str:
        """Return the condition for payments `h`."""
        if not self.as_of_snapshot:
            return ""
        # Payments stored by the very database transaction that decided are not in its snapshot,
        # yet it saw them.
        return (
            "\n    AND (h.inserted_xid = %(own)s::xid8"
            " OR pg_visible_in_snapshot(h.inserted_xid, %(snapshot)s))"
        )

    def standing(self) -> str:
        """Return the condition for known frauds `k` that stand when the payment happens."""
        stands = "k.retracted_at IS NULL OR k.retracted_at > t.occurred_at"
        if self.as_of_snapshot:
            stands += " OR NOT pg_visible_in_snapshot(k.retracted_xid, %(snapshot)s)"
        return f"({stands})"


def edge(seconds: int) -> str:
    """The column of `t` that lies so many seconds before the payment."""
    return f"t.edge_{seconds}"


def edges_of(feature: Feature) -> set[int]:
    """The edges that the windows of this feature need, in seconds before the payment."""
    edges = {feature.delay_seconds, feature.delay_seconds + feature.window_seconds}
    return edges | {0, feature.window_seconds}


def history(
    entity: str, delay: int, features: Sequence[Feature], visible: Visible, only: str = ""
) -> str:
    """Return a query that yields a column for each of these features of one entity.

    `only` is a condition on `t`; where it does not hold, no row is read.
    """
    longest = max(feature.window_seconds for feature in features)
    declines = any(feature.aggregate == "declined_share" for feature in features)
    columns = ",\n".join(f"  {_aggregate(feature)} AS {feature.name}" for feature in features)
    joined = f"\n  {_DECLINES.format(visible=visible.row('e'))}" if declines else ""
    return (
        f"  SELECT\n{columns}\n  FROM scoring_transaction h{joined}\n"
        f"  WHERE h.{entity} = t.{entity}\n"
        f"    AND h.occurred_at > {edge(delay + longest)}\n"
        f"    AND h.occurred_at <= {edge(delay)}{visible.payment()}{_and(only)}"
    )


def known_frauds(entity: str, features: Sequence[Feature], visible: Visible, only: str = "") -> str:
    """Return a query that counts, for each feature, the frauds that became known in its window."""
    longest = max(feature.window_seconds for feature in features)
    columns = ",\n".join(
        f"  count(*) FILTER (WHERE k.known_at > {edge(feature.window_seconds)}) AS {feature.name}"
        for feature in features
    )
    return (
        f"  SELECT\n{columns}\n  FROM scoring_knownfraud k\n"
        f"  WHERE k.{entity} = t.{entity}\n"
        f"    AND k.known_at > {edge(longest)}\n"
        f"    AND k.known_at <= t.occurred_at\n"
        # A label of this very payment must never explain this payment.
        f"    AND k.transaction_id <> t.id\n"
        f"    AND {visible.standing()}{visible.row('k')}{_and(only)}"
    )


def neighbour(feature: Feature, visible: Visible) -> str:
    """Return a query for when the entity's last or first payment before this one happened."""
    order = "DESC" if feature.aggregate == "seconds_since_last" else "ASC"
    start = (
        f"\n    AND h.occurred_at > {edge(feature.window_seconds)}"
        if feature.window_seconds
        else ""
    )
    return (
        f"  SELECT h.occurred_at FROM scoring_transaction h\n"
        f"  WHERE h.{feature.entity} = t.{feature.entity}\n"
        f"    AND h.occurred_at < t.occurred_at{start}{visible.payment()}\n"
        f"  ORDER BY h.occurred_at {order} LIMIT 1"
    )


def value_of(feature: Feature, count: str, total: str, largest: str) -> str:
    """The value of a feature whose window holds so many payments with this total and maximum."""
    others = f"NULLIF({count} - 1, 0)"
    return {
        "count": count,
        "fraud_share": count,
        "sum": f"COALESCE({total}, 0)",
        "mean": f"({total})::float8 / NULLIF({count}, 0)",
        "max": largest,
        "amount_ratio": f"t.base_amount::float8 * {others}"
        f" / NULLIF(({total} - t.base_amount)::float8, 0)",
    }[feature.aggregate]


def _and(condition: str) -> str:
    return f"\n    AND {condition}" if condition else ""


_DECLINES = """LEFT JOIN LATERAL (
    SELECT 1 AS declined FROM scoring_transactionevent e
    WHERE e.transaction_id = h.id AND e.type = 'issuer_declined'
      AND e.occurred_at <= t.occurred_at{visible}
    LIMIT 1
  ) e ON true"""


def _aggregate(feature: Feature) -> str:
    """The aggregate over the rows of the shared subquery that lie in this feature's window."""
    start = edge(feature.delay_seconds + feature.window_seconds)
    inside = f"FILTER (WHERE h.occurred_at > {start})"
    count = f"count(*) {inside}"
    match feature.aggregate:
        case "distinct":
            return f"count(DISTINCT h.{feature.other}) {inside}"
        case "same":
            # The payment itself is among those with its value; without one none can be equal.
            equal = f"h.{feature.other} = t.{feature.other} AND h.occurred_at > {start}"
            return f"NULLIF(count(*) FILTER (WHERE {equal}), 0) - 1"
        case "declined_share":
            return f"(count(e.declined) {inside})::float8 / NULLIF({count}, 0)"
        case _:
            total = f"sum(h.base_amount) {inside}"
            return value_of(feature, count, total, f"max(h.base_amount) {inside}")
