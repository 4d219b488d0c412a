"""What the lot drew and what became of it, straight from the decisions."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from monitoring.domain.sample_ratio import StratumDraws
from monitoring.models import Report

# A drawn payment is kept while somebody is still to look at it or has judged it: an item without
# a task, or one that ended otherwise, is dropped from the sample.
KEPT = """
LEFT JOIN labeling_reviewitem i ON d.audited AND i.kind = 'audit'
    AND i.transaction_id = d.transaction_id
LEFT JOIN labeling_reviewtask t ON t.id = i.task_id"""
IS_KEPT = """(d.audited AND i.id IS NOT NULL AND (i.resolution = 'verdict'
    OR (i.resolution = '' AND t.status IN ('open', 'leased', 'pending', 'waiting'))))"""
DRAWS = f"""
WITH d AS MATERIALIZED (
    SELECT transaction_id, stratum, audited, audit_propensity AS p,
        audit_propensity * (1 - audit_propensity) AS v
    FROM scoring_decision
    WHERE decided_at >= %(start)s AND decided_at < %(end)s AND outcome <> 'review')
SELECT d.stratum, count(*), sum(d.p), sum(d.v), sum(d.v * (1 - 6 * d.v)),
    count(*) FILTER (WHERE d.audited), count(*) FILTER (WHERE {IS_KEPT})
FROM d {KEPT}
GROUP BY d.stratum ORDER BY d.stratum
"""  # noqa: S608 (made of constants)
DROPPED = f"""
SELECT x.external_id FROM scoring_decision d
JOIN scoring_transaction x ON x.id = d.transaction_id {KEPT}
WHERE d.audited AND d.decided_at >= %(start)s AND d.decided_at < %(end)s AND {IS_KEPT} IS NOT TRUE
ORDER BY d.decided_at
"""  # noqa: S608 (made of constants)
# An answer that only reviewers' opinions carry: nobody else said anything, and nobody was reached.
LOOKS = f"""
SELECT d.stratum, count(*), count(*) FILTER (WHERE said.told),
    count(*) FILTER (WHERE i.resolution = 'verdict' AND said.told IS NOT TRUE),
    count(*) FILTER (WHERE {IS_KEPT} AND i.resolution = ''),
    count(*) FILTER (WHERE {IS_KEPT} IS NOT TRUE AND d.decided_at < %(opened_by)s),
    count(*) FILTER (WHERE said.told AND NOT said.vouched)
FROM scoring_decision d {KEPT}
LEFT JOIN LATERAL (
    SELECT bool_or(l.propensity IS NOT NULL AND l.value <> 'unknown') AS told,
        bool_or(l.verification NOT IN ('', 'opinion')
            OR l.source NOT IN ('verdict', 'second_review', 'adjudication')) AS vouched
    FROM labeling_label l WHERE l.transaction_id = d.transaction_id) said ON true
WHERE d.audited AND d.decided_at >= %(start)s AND d.decided_at < %(end)s
GROUP BY d.stratum ORDER BY d.stratum
"""  # noqa: S608 (made of constants)


@dataclass(frozen=True, slots=True)
class Looks:
    """What became of the payments of a stratum that the lot drew.

    `told` got an answer, `unsure` were looked at without one, `opinion_alone` are those told for
    which nobody but reviewers vouches.
    """

    stratum: str
    drawn: int = 0
    told: int = 0
    unsure: int = 0
    waiting: int = 0
    dropped: int = 0
    opinion_alone: int = 0

    @property
    def response_rate(self) -> float | None:
        """Answers over draws; None without any."""
        return self.told / self.drawn if self.drawn else None


@dataclass(frozen=True, slots=True)
class StoredCheck:
    """The newest check of the audit sample, as its report tells."""

    report: Report

    @property
    def alarm(self) -> bool:
        """Whether the sample is not what was drawn."""
        return bool(self.report.body["alarm"])

    @property
    def dropped(self) -> int:
        """Drawn payments that nobody will look at."""
        return int(self.report.body["dropped"])

    @property
    def p_value(self) -> float | None:
        """The smaller p-value of the coins and of what is left of them; None where refused."""
        known = [test["p_value"] for test in (self.coins, self.kept)]
        return min((p for p in known if p is not None), default=None)

    @property
    def coins(self) -> dict[str, float | None]:
        """The test of the coins against their probabilities."""
        return dict(self.report.body["coins"])

    @property
    def kept(self) -> dict[str, float | None]:
        """The same test of what still has its look."""
        return dict(self.report.body["kept"])


def stratum_draws(*, start: datetime, end: datetime) -> list[StratumDraws]:
    """The coins of the decisions in [start, end) by stratum; reviews have none."""
    with connection.cursor() as cursor:
        cursor.execute(DRAWS, {"start": start, "end": end})
        return [StratumDraws(*row) for row in cursor.fetchall()]


def dropped_audits(*, start: datetime, end: datetime) -> list[str]:
    """External ids of payments drawn in [start, end) that nobody has judged or will."""
    with connection.cursor() as cursor:
        cursor.execute(DROPPED, {"start": start, "end": end})
        return [external_id for (external_id,) in cursor.fetchall()]


def audit_looks(*, start: datetime, end: datetime, opened_by: datetime) -> list[Looks]:
    """What became of the draws of [start, end) by stratum.

    A draw from before `opened_by` without its look is dropped, a later one is still to open.
    """
    moments = {"start": start, "end": end, "opened_by": opened_by}
    with connection.cursor() as cursor:
        cursor.execute(LOOKS, moments)
        return [Looks(*row) for row in cursor.fetchall()]


def newest_sample_check() -> StoredCheck | None:
    """The newest check of the audit sample; None before the first."""
    report = Report.objects.filter(kind=Report.Kind.SAMPLE_RATIO).order_by("-created_at").first()
    return StoredCheck(report) if report else None
