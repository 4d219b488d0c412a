"""The labelled sample of a window: drawn decisions, their truth, and the population behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress
from typing import Any

import numpy as np
from django.db import connection

from labeling.domain.confirmation_sql import unconfirmed_sql
from labeling.domain.resolution_sql import meaning_sql, resolved_labels_sql
from monitoring.domain.estimation import (
    APPROVED,
    BLOCKED,
    REVIEWED,
    ClaimedFrauds,
    DecidedSample,
    Population,
    Sample,
)
from monitoring.domain.estimation.performance import SIDE_TITLES
from monitoring.domain.estimation.sample import Bools, Floats, Ints
from monitoring.selectors.rollups import StratumCount, stratum_counts

SIDES = {"approve": APPROVED, "review": REVIEWED, "block": BLOCKED}
CLAIM_SOURCES = "('chargeback', 'fraud_report')"
# A decision enters when its own coin was drawn and somebody judged it for that: then one of its
# labels carries the guaranteed probability. An approved fraud also enters when somebody claimed
# it: claims need no coin, so all of them are there. A label cannot be older than the decision, so
# the index on known_at finds the few labels that matter. What the verdict of an audit did to the
# payment is left out: it happened to the drawn one, not to the many that it stands for. Where it
# gave the money of an approved fraud back, it prevented a claim. A fraud that has yet to be
# confirmed is read to be counted, and left out as if nobody had judged it.
ROWS = f"""
WITH answered AS MATERIALIZED (
    SELECT transaction_id, max(propensity) AS propensity FROM labeling_label
    WHERE propensity IS NOT NULL AND known_at >= %(start)s AND known_at <= %(as_of)s
    GROUP BY transaction_id),
claims AS MATERIALIZED (
    SELECT DISTINCT label.transaction_id FROM labeling_label label
    JOIN scoring_decision d ON d.transaction_id = label.transaction_id
    WHERE label.source IN {CLAIM_SOURCES} AND {meaning_sql()} = 'fraud'
        AND label.known_at >= %(start)s AND label.known_at <= %(as_of)s
        AND d.decided_at >= %(start)s AND d.decided_at < %(end)s AND d.outcome = 'approve'),
known AS MATERIALIZED (
    SELECT transaction_id, answered.propensity, claims.transaction_id IS NOT NULL AS claimed
    FROM answered FULL JOIN claims USING (transaction_id)),
-- All are computed once whatever the planner thinks of their size.
truth AS MATERIALIZED (
    {resolved_labels_sql(where="label.transaction_id IN (SELECT transaction_id FROM known)")})
SELECT d.decided_at, d.stratum, d.outcome, known.propensity, truth.value = 'fraud' AS fraud,
    known.claimed AND truth.value = 'fraud' AS claimed,
    d.outcome = 'approve' AND truth.value = 'fraud' AND NOT known.claimed
        AND coalesce(final.returned, false) AS prevented,
    coalesce(final.action IN ('decline', 'void', 'refund'), d.outcome = 'block') AS declined,
    d.outcome = 'review' OR coalesce(final.challenged, false) AS delayed,
    t.base_amount::float8 AS amount,
    hashtextextended(coalesce(t.customer_id, t.card_id, '#' || t.id), 0) AS cluster,
    t.channel, t.payment_method, t.country <> t.billing_country AS cross_border,
    t.customer_since >= t.occurred_at - interval '30 days' AS new_customer,
    t.customer_since < t.occurred_at - interval '30 days' AS known_customer,
    truth.heads = 1 AS verdict_alone,
    {unconfirmed_sql("truth")} AS unconfirmed
FROM known
JOIN scoring_decision d ON d.transaction_id = known.transaction_id
    AND d.decided_at >= %(start)s AND d.decided_at < %(end)s
JOIN scoring_transaction t ON t.id = d.transaction_id
JOIN truth ON truth.transaction_id = d.transaction_id AND truth.value <> 'unknown'
LEFT JOIN LATERAL (
    SELECT (array_agg(action ORDER BY id DESC) FILTER (WHERE counts))[1] AS action,
        bool_or(action = 'step_up') FILTER (WHERE counts) AS challenged,
        bool_or(action IN ('decline', 'void', 'refund')) FILTER (WHERE NOT counts) AS returned
    FROM scoring_disposition
    CROSS JOIN LATERAL (SELECT d.outcome = 'review' OR cause <> 'verdict' AS counts) which
    WHERE transaction_id = d.transaction_id AND disposed_at <= %(as_of)s) final ON true
WHERE known.propensity IS NOT NULL OR truth.value = 'fraud'
"""  # noqa: S608 (made of constants)


Columns = Mapping[str, Sequence[Any]]
# Outcome, stratum, and whether it holds claimed frauds.
Cell = tuple[str, str, bool]


@dataclass(frozen=True)
class WindowSample:
    """The sample of a window, and what its transactions were, as columns of shape (n,).

    `drawn` marks labels that were drawn by lot, the others are claimed frauds; `verdict_alone`
    marks labels that rest on one person's opinion, with no second person, customer or paper behind
    it. `claims` counts the claimed frauds among approved transactions, whether or not the sample
    holds them as a census; `unconfirmed` the frauds that one person alone has found where two must,
    which are left out.
    """

    decided: DecidedSample
    drawn: Bools
    claimed_amounts: Floats
    claimed_clusters: Ints
    unconfirmed: int
    channel: Sequence[str | None]
    payment_method: Sequence[str | None]
    cross_border: Bools
    new_customer: Bools
    known_customer: Bools
    verdict_alone: Bools

    @property
    def labels(self) -> int:
        """Labels that were drawn by lot."""
        return int(self.drawn.sum())

    @property
    def claims(self) -> int:
        """Claimed frauds among approved transactions."""
        return len(self.claimed_amounts)

    def where(self, column: Sequence[str | None], value: str) -> Bools:
        """Which transactions have this value in one of the text columns, shape (n,)."""
        return np.array([each == value for each in column], dtype=np.bool_)


@dataclass(frozen=True)
class DrawnDecisions:
    """Decisions whose truth was drawn by lot or claimed, read once and cut into windows."""

    columns: Columns

    def sample(
        self, *, start: datetime, end: datetime, counts: Sequence[StratumCount] | None = None
    ) -> WindowSample:
        """Those of [start, end), with their population from `counts`, else the hourly rollups.

        Both moments should be whole hours. Claimed frauds are a census beside audits that left
        claims as they are. Where an audit of the window prevented a claim the audits stand for all
        frauds, and claims are a floor; so they are where no approval was audited.
        """
        columns = _only(
            self.columns, [start <= moment < end for moment in self.columns["decided_at"]]
        )
        unconfirmed = sum(columns["unconfirmed"])
        columns = _only(columns, [not each for each in columns["unconfirmed"]])
        claimed = None
        said = _flags(columns["claimed"])
        amounts = np.array(columns["amount"], dtype=np.float64)[said]
        clusters = np.array(columns["cluster"], dtype=np.int64)[said]
        if any(columns["prevented"]) or not _audited(columns):
            claimed = _claimed_frauds(columns)
            columns = _only(columns, [each is not None for each in columns["propensity"]])
            columns = {**columns, "claimed": [False] * len(columns["claimed"])}
        if counts is None:
            counts = stratum_counts(start=start, end=end)
        decided = _decided(columns, counts, claimed)
        return WindowSample(
            decided=decided,
            drawn=np.array([each is not None for each in columns["propensity"]], dtype=np.bool_),
            claimed_amounts=amounts,
            claimed_clusters=clusters,
            unconfirmed=unconfirmed,
            channel=columns["channel"],
            payment_method=columns["payment_method"],
            cross_border=_flags(columns["cross_border"]),
            new_customer=_flags(columns["new_customer"]),
            known_customer=_flags(columns["known_customer"]),
            verdict_alone=_flags(columns["verdict_alone"]),
        )


def drawn_decisions(*, start: datetime, end: datetime, as_of: datetime) -> DrawnDecisions:
    """Decisions of [start, end) that were drawn and judged, or approved and claimed as fraud.

    With the truth known at `as_of`.
    """
    with connection.cursor() as cursor:
        cursor.execute(ROWS, {"start": start, "end": end, "as_of": as_of})
        names = [column.name for column in cursor.description or ()]
        rows = cursor.fetchall()
    return DrawnDecisions({name: [row[place] for row in rows] for place, name in enumerate(names)})


def window_sample(*, start: datetime, end: datetime, as_of: datetime) -> WindowSample:
    """The sample of one window of whole hours."""
    return drawn_decisions(start=start, end=end, as_of=as_of).sample(start=start, end=end)


def _only(columns: Columns, keep: Sequence[bool]) -> Columns:
    return {name: list(compress(column, keep)) for name, column in columns.items()}


def _audited(columns: Columns) -> bool:
    """Whether any approved one was drawn and judged."""
    rows = zip(columns["outcome"], columns["propensity"], strict=True)
    return any(outcome == "approve" and drawn is not None for outcome, drawn in rows)


def _claimed_frauds(columns: Columns) -> ClaimedFrauds:
    claimed = _flags(columns["claimed"])
    lost = claimed & ~_flags(columns["declined"])
    return ClaimedFrauds.of(
        np.array(columns["cluster"], dtype=np.int64)[claimed],
        np.array(columns["amount"], dtype=np.float64)[lost],
    )


def _decided(
    columns: Columns, counts: Sequence[StratumCount], claimed: ClaimedFrauds | None
) -> DecidedSample:
    keys = list(zip(columns["outcome"], columns["stratum"], columns["claimed"], strict=True))
    decisions = {(count.outcome, count.stratum, False): count.decisions for count in counts}
    for outcome, stratum, is_claimed in keys:
        decisions.setdefault((outcome, stratum, is_claimed), 0)
    places = {key: place for place, key in enumerate(decisions)}
    cell = np.array([places[key] for key in keys], dtype=np.int64)
    propensity = [
        1.0 if is_claimed else share
        for is_claimed, share in zip(columns["claimed"], columns["propensity"], strict=True)
    ]
    return DecidedSample(
        sample=Sample(
            fraud=_flags(columns["fraud"]),
            propensity=np.array(propensity, dtype=np.float64),
            cell=cell,
            cluster=np.array(columns["cluster"], dtype=np.int64),
            population=_population(decisions, cell),
        ),
        declined=_flags(columns["declined"]),
        delayed=_flags(columns["delayed"]),
        amount=np.array(columns["amount"], dtype=np.float64),
        claimed=claimed,
    )


def _population(decisions: Mapping[Cell, int], cell: Ints) -> Population:
    """Counts by cell; a decision made since the rollup was computed is counted by its label.

    Claimed frauds have a cell of their own beside the rest of their stratum.
    """
    labels = np.bincount(cell, minlength=len(decisions))
    claims = {key[:2]: labels[place] for place, key in enumerate(decisions) if key[2]}
    rest = [0 if key[2] else count - claims.get(key[:2], 0) for key, count in decisions.items()]
    return Population(
        count=np.maximum(np.array(rest, dtype=np.int64), labels).astype(np.int64),
        side=np.array([SIDES[outcome] for outcome, _, _ in decisions], dtype=np.int64),
        titles=SIDE_TITLES,
        census=np.array([claimed for _, _, claimed in decisions], dtype=np.bool_),
    )


def _flags(column: Sequence[bool | None]) -> Bools:
    return np.array([value is True for value in column], dtype=np.bool_)
