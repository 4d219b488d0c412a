"""What was counted in a window: money let through, frauds known, chargebacks, work of people."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Q, Sum

from labeling.domain.disputes import LIABILITY_STAGES
from labeling.domain.resolution_sql import meaning_sql
from monitoring.domain.operations import Handling, KnownFrauds, ReviewTime, Tally
from monitoring.domain.schemes import scheme_of_reason
from monitoring.models import HourlyRollup
from scoring.models import Outcome

ENDED_WELL = ", ".join(f"'{stage}'" for stage in ("withdrawn", *LIABILITY_STAGES))
# What a disposition can follow is never younger than it, so the index on its time finds them all.
# A payment was let through if it was approved or ever released, unless it was taken back before
# its money moved; a refund comes after that.
DISPOSED = """
disposed AS MATERIALIZED (
    SELECT transaction_id, bool_or(action = 'release') AS released,
        (array_agg(action ORDER BY id DESC) FILTER (WHERE action <> 'step_up'))[1] AS final,
        bool_or(cause = 'timeout') AS timed_out, bool_or(action = 'refund') AS refunded
    FROM scoring_disposition
    WHERE disposed_at >= %(start)s AND disposed_at <= %(as_of)s AND {which}
    GROUP BY transaction_id)"""
LET_THROUGH = """((d.outcome = 'approve' OR coalesce(disposed.released, false))
    AND coalesce(disposed.final, 'release') NOT IN ('decline', 'void'))"""
INSIDE = "d.decided_at >= %(start)s AND d.decided_at < %(end)s"
LATER = f"""
WITH {DISPOSED.format(which="true")},
moved AS (
    SELECT d.outcome, {LET_THROUGH} AS let_through, disposed.timed_out, t.base_amount
    FROM disposed JOIN scoring_decision d USING (transaction_id)
    JOIN scoring_transaction t ON t.id = d.transaction_id
    WHERE {INSIDE})
SELECT count(*) FILTER (WHERE outcome <> 'approve' AND let_through) AS released,
    coalesce(sum(base_amount) FILTER (WHERE outcome <> 'approve' AND let_through), 0)
        AS released_amount,
    count(*) FILTER (WHERE outcome = 'approve' AND NOT let_through) AS withdrawn,
    coalesce(sum(base_amount) FILTER (WHERE outcome = 'approve' AND NOT let_through), 0)
        AS withdrawn_amount,
    count(*) FILTER (WHERE outcome = 'review' AND timed_out) AS timed_out
FROM moved
"""  # noqa: S608 (made of constants)
# A claim cannot be older than the payment's decision. A claim that its own source replaced was a
# mistake; a reversal replaces nothing here: it brings money back, and the fraud stays one.
FRAUDS = f"""
WITH told AS MATERIALIZED (
    SELECT label.transaction_id,
        bool_or(label.source IN ('chargeback', 'fraud_report') AND {meaning_sql()} = 'fraud')
            AS fraud,
        bool_or(label.source = 'dispute_reversal' OR label.dispute_stage IN ({ENDED_WELL}))
            AS reversed
    FROM labeling_label label
    WHERE label.source IN ('chargeback', 'fraud_report', 'dispute_reversal')
        AND label.known_at >= %(start)s AND label.known_at <= %(as_of)s
        AND NOT EXISTS (
            SELECT 1 FROM labeling_label newer WHERE newer.supersedes_id = label.id
                AND newer.source = label.source AND newer.known_at <= %(as_of)s)
    GROUP BY label.transaction_id),
{DISPOSED.format(which="transaction_id IN (SELECT transaction_id FROM told WHERE fraud)")},
lost AS (
    SELECT t.base_amount, told.reversed OR coalesce(disposed.refunded, false) OR EXISTS (
            SELECT 1 FROM scoring_transactionevent event
            WHERE event.transaction_id = t.id AND event.type = 'refunded'
                AND event.received_at <= %(as_of)s) AS recovered
    FROM told JOIN scoring_decision d USING (transaction_id)
    JOIN scoring_transaction t ON t.id = d.transaction_id
    LEFT JOIN disposed USING (transaction_id)
    WHERE told.fraud AND {INSIDE} AND {LET_THROUGH})
SELECT count(*) AS gross, coalesce(sum(base_amount), 0) AS gross_amount,
    count(*) FILTER (WHERE recovered) AS recovered,
    coalesce(sum(base_amount) FILTER (WHERE recovered), 0) AS recovered_amount
FROM lost
"""  # noqa: S608 (made of constants)
# Each payment once, in the window of its first chargeback, whatever stages follow; an inquiry may
# still become one, and the end of a dispute is none.
CHARGEBACKS = f"""
SELECT reason, count(*) AS payments FROM (
    SELECT DISTINCT ON (label.transaction_id) label.reason
    FROM labeling_label label
    JOIN scoring_decision d ON d.transaction_id = label.transaction_id
    WHERE label.source = 'chargeback' AND label.dispute_stage NOT IN ('inquiry', {ENDED_WELL})
        AND label.known_at >= %(start)s AND label.known_at < %(end)s
        AND label.known_at <= %(as_of)s
        AND NOT EXISTS (
            SELECT 1 FROM labeling_label older
            WHERE older.transaction_id = label.transaction_id AND older.source = 'chargeback'
                AND older.dispute_stage <> 'inquiry' AND older.known_at < %(start)s)
    ORDER BY label.transaction_id, label.reason = '', label.id) first
GROUP BY reason
"""  # noqa: S608 (made of constants)
JUDGED = f"""
SELECT count(DISTINCT d.transaction_id) AS judged
FROM labeling_verdict verdict
JOIN labeling_reviewitem item ON item.id = verdict.item_id
JOIN scoring_decision d ON d.transaction_id = item.transaction_id
WHERE verdict.given_at >= %(start)s AND verdict.given_at <= %(as_of)s AND {INSIDE}
"""  # noqa: S608 (made of constants)
# The items of one look share its minutes; a case is measured where all of its looks are.
TIME = """
WITH looks AS (
    SELECT item.case_id, verdict.task_id, max(verdict.active_seconds) AS seconds
    FROM labeling_verdict verdict JOIN labeling_reviewitem item ON item.id = verdict.item_id
    WHERE verdict.given_at >= %(start)s AND verdict.given_at < %(end)s
        AND verdict.given_at <= %(as_of)s
    GROUP BY item.case_id, verdict.task_id),
cases AS (
    SELECT sum(seconds) / 60 AS minutes, count(*) = count(seconds) AS measured
    FROM looks GROUP BY case_id)
SELECT count(*) AS cases, count(*) FILTER (WHERE measured) AS measured,
    coalesce(sum(minutes) FILTER (WHERE measured), 0) AS minutes,
    coalesce(sum(minutes ^ 2) FILTER (WHERE measured), 0) AS squared_minutes
FROM cases
"""


def handling(*, start: datetime, end: datetime, as_of: datetime) -> Handling:
    """What became of the payments decided in the hours of [start, end), known at `as_of`."""
    later = _row(LATER, start, end, as_of)
    made = HourlyRollup.objects.filter(hour__gte=start, hour__lt=end).aggregate(
        total=Sum("decisions", default=0),
        reviews=Sum("decisions", filter=Q(outcome=Outcome.REVIEW), default=0),
        approved=Sum("decisions", filter=Q(outcome=Outcome.APPROVE), default=0),
        amount=Sum("base_amount", filter=Q(outcome=Outcome.APPROVE), default=Decimal(0)),
    )
    return Handling(
        decisions=made["total"],
        reviews=made["reviews"],
        approved=Tally(made["approved"], made["amount"]),
        released=Tally(later["released"], later["released_amount"]),
        withdrawn=Tally(later["withdrawn"], later["withdrawn_amount"]),
        judged=_row(JUDGED, start, end, as_of)["judged"],
        timed_out=later["timed_out"],
    )


def known_frauds(*, start: datetime, end: datetime, as_of: datetime) -> KnownFrauds:
    """Frauds among the payments of [start, end) that were let through, known at `as_of`."""
    row = _row(FRAUDS, start, end, as_of)
    return KnownFrauds(
        gross=Tally(row["gross"], row["gross_amount"]),
        recovered=Tally(row["recovered"], row["recovered_amount"]),
    )


def chargebacks_by_scheme(*, start: datetime, end: datetime, as_of: datetime) -> dict[str, int]:
    """Payments whose first chargeback came in [start, end), by the scheme of its reason code."""
    counts: Counter[str] = Counter()
    for row in _rows(CHARGEBACKS, start, end, as_of):
        counts[scheme_of_reason(row["reason"])] += row["payments"]
    return dict(counts)


def review_time(*, start: datetime, end: datetime, as_of: datetime) -> ReviewTime:
    """Active minutes at the cases that got a verdict in [start, end), of all kinds of looks."""
    return ReviewTime(**_row(TIME, start, end, as_of))


def _row(sql: str, start: datetime, end: datetime, as_of: datetime) -> Mapping[str, Any]:
    return _rows(sql, start, end, as_of)[0]


def _rows(sql: str, start: datetime, end: datetime, as_of: datetime) -> list[Mapping[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"start": start, "end": end, "as_of": as_of})
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
