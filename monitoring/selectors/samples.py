"""The labelled sample of a window: drawn decisions, their truth, and the population behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress
from typing import Any

import numpy as np
from django.db import connection

from labeling.domain.resolution_sql import resolved_labels_sql
from monitoring.domain.estimation import (
    APPROVED,
    BLOCKED,
    REVIEWED,
    DecidedSample,
    Population,
    Sample,
)
from monitoring.domain.estimation.performance import SIDE_TITLES
from monitoring.domain.estimation.sample import Bools
from monitoring.selectors.rollups import StratumCount, stratum_counts

SIDES = {"approve": APPROVED, "review": REVIEWED, "block": BLOCKED}
# A decision enters when its own coin was drawn and somebody judged it for that: then one of its
# labels carries the guaranteed probability. A chargeback alone does not bring it in, but it may
# correct what the judge said. A label cannot be older than the decision, so the index on
# known_at finds the few labels that matter. What the verdict of an audit did to the payment is
# left out: it happened to the drawn one, not to the many that it stands for.
ROWS = f"""
WITH answered AS MATERIALIZED (
    SELECT transaction_id, max(propensity) AS propensity FROM labeling_label
    WHERE propensity IS NOT NULL AND known_at >= %(start)s AND known_at <= %(as_of)s
    GROUP BY transaction_id),
-- Both are computed once whatever the planner thinks of their size.
truth AS MATERIALIZED (
    {resolved_labels_sql(where="label.transaction_id IN (SELECT transaction_id FROM answered)")})
SELECT d.decided_at, d.stratum, d.outcome, answered.propensity, truth.value = 'fraud' AS fraud,
    coalesce(final.action IN ('decline', 'void', 'refund'), d.outcome = 'block') AS declined,
    d.outcome = 'review' OR coalesce(final.challenged, false) AS delayed,
    t.base_amount::float8 AS amount,
    hashtextextended(coalesce(t.customer_id, t.card_id, '#' || t.id), 0) AS cluster,
    t.channel, t.payment_method, t.country <> t.billing_country AS cross_border,
    t.customer_since >= t.occurred_at - interval '30 days' AS new_customer,
    truth.source IN ('verdict', 'second_review') AS verdict_alone
FROM answered
JOIN scoring_decision d ON d.transaction_id = answered.transaction_id
    AND d.decided_at >= %(start)s AND d.decided_at < %(end)s
JOIN scoring_transaction t ON t.id = d.transaction_id
JOIN truth ON truth.transaction_id = d.transaction_id AND truth.value <> 'unknown'
LEFT JOIN LATERAL (
    SELECT (array_agg(action ORDER BY id DESC))[1] AS action,
        bool_or(action = 'step_up') AS challenged
    FROM scoring_disposition
    WHERE transaction_id = d.transaction_id AND disposed_at <= %(as_of)s
        AND (d.outcome = 'review' OR cause <> 'verdict')) final ON true
"""  # noqa: S608 (made of constants)


Columns = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class WindowSample:
    """The sample of a window, and what its transactions were, as columns of shape (n,).

    `verdict_alone` marks labels for which nobody but a reviewer vouches.
    """

    decided: DecidedSample
    channel: Sequence[str | None]
    payment_method: Sequence[str | None]
    cross_border: Bools
    new_customer: Bools
    verdict_alone: Bools

    @property
    def labels(self) -> int:
        return len(self.decided.sample)

    def where(self, column: Sequence[str | None], value: str) -> Bools:
        """Which transactions have this value in one of the text columns, shape (n,)."""
        return np.array([each == value for each in column], dtype=np.bool_)


@dataclass(frozen=True)
class DrawnDecisions:
    """Decisions whose truth was drawn by lot, read once and cut into windows."""

    columns: Columns

    def sample(self, *, start: datetime, end: datetime) -> WindowSample:
        """Those of [start, end), with their population from the hourly rollups.

        Both moments should be whole hours.
        """
        inside = [start <= moment < end for moment in self.columns["decided_at"]]
        columns = {name: list(compress(column, inside)) for name, column in self.columns.items()}
        return WindowSample(
            decided=_decided(columns, stratum_counts(start=start, end=end)),
            channel=columns["channel"],
            payment_method=columns["payment_method"],
            cross_border=_flags(columns["cross_border"]),
            new_customer=_flags(columns["new_customer"]),
            verdict_alone=_flags(columns["verdict_alone"]),
        )


def drawn_decisions(*, start: datetime, end: datetime, as_of: datetime) -> DrawnDecisions:
    """Decisions of [start, end) that were drawn and judged, with the truth known at `as_of`."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS, {"start": start, "end": end, "as_of": as_of})
        names = [column.name for column in cursor.description or ()]
        rows = cursor.fetchall()
    return DrawnDecisions({name: [row[place] for row in rows] for place, name in enumerate(names)})


def window_sample(*, start: datetime, end: datetime, as_of: datetime) -> WindowSample:
    """The sample of one window of whole hours."""
    return drawn_decisions(start=start, end=end, as_of=as_of).sample(start=start, end=end)


def _decided(columns: Columns, counts: Sequence[StratumCount]) -> DecidedSample:
    cells = {(count.outcome, count.stratum): place for place, count in enumerate(counts)}
    keys = list(zip(columns["outcome"], columns["stratum"], strict=True))
    for key in keys:
        cells.setdefault(key, len(cells))
    cell = np.array([cells[key] for key in keys], dtype=np.int64)
    return DecidedSample(
        sample=Sample(
            fraud=_flags(columns["fraud"]),
            propensity=np.array(columns["propensity"], dtype=np.float64),
            cell=cell,
            cluster=np.array(columns["cluster"], dtype=np.int64),
            population=_population(cells, counts, cell),
        ),
        declined=_flags(columns["declined"]),
        delayed=_flags(columns["delayed"]),
        amount=np.array(columns["amount"], dtype=np.float64),
    )


def _population(
    cells: Mapping[tuple[str, str], int], counts: Sequence[StratumCount], cell: Any
) -> Population:
    """Counts by cell; a decision made since the rollup was computed is counted by its label."""
    decisions = np.zeros(len(cells), dtype=np.int64)
    decisions[: len(counts)] = [count.decisions for count in counts]
    labels = np.bincount(cell, minlength=len(cells))
    return Population(
        count=np.maximum(decisions, labels).astype(np.int64),
        side=np.array([SIDES[outcome] for outcome, _ in cells], dtype=np.int64),
        titles=SIDE_TITLES,
    )


def _flags(column: Sequence[bool | None]) -> Bools:
    return np.array([value is True for value in column], dtype=np.bool_)
