"""Stored reports: the newest one, and what they said day by day."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from monitoring.domain.dashboards import DriftStatus, PsiPoint
from monitoring.domain.freshness import Freshness, freshness
from monitoring.models import Report

# Grows when the body of a report changes its shape: a page never reads an older one.
FORMAT = 3
# First one report a day by the index, then only those are unfolded.
DAYS = """
WITH last AS (
    SELECT DISTINCT ON (date_trunc('day', created_at, 'UTC')) id,
        (created_at AT TIME ZONE 'UTC')::date AS day
    FROM monitoring_report
    WHERE kind = 'drift' AND model_version_id = %(version)s
        AND (body -> 'format')::int = %(format)s
        AND created_at >= %(since)s AND created_at <= %(until)s
    ORDER BY date_trunc('day', created_at, 'UTC'), created_at DESC)
SELECT last.day, (one ->> 'psi')::float8, one ->> 'status'
FROM last JOIN monitoring_report report USING (id)
CROSS JOIN LATERAL jsonb_array_elements(report.body -> 'rows') AS one
WHERE one ->> 'name' = %(name)s
ORDER BY last.day
"""


def newest_performance(*, days: int, now: datetime) -> Report | None:
    """The newest performance report over a window of so many days."""
    return _newest(Report.Kind.PERFORMANCE, now).filter(body__days=days).first()


def newest_drift(*, now: datetime) -> Report | None:
    """The newest drift report."""
    return _newest(Report.Kind.DRIFT, now).first()


def newest_latency(*, now: datetime) -> Report | None:
    """The newest report on how late labels come."""
    return _newest(Report.Kind.LABEL_LATENCY, now).first()


def newest_review(*, now: datetime) -> Report | None:
    """The newest report on people and labels."""
    return _newest(Report.Kind.REVIEW, now).first()


def freshness_of(report: Report, *, now: datetime) -> Freshness:
    """How old a report is, and when the next one is due."""
    every = timedelta(minutes=settings.FRAUDREVIEW_REPORT_MINUTES)
    return freshness(as_of=report.created_at, now=now, every=every)


def psi_by_day(report: Report, name: str, *, since: datetime) -> Sequence[PsiPoint]:
    """What the last report of each day said of one feature, for the version of `report`."""
    parameters = {
        "format": FORMAT,
        "version": report.model_version_id,
        "since": since,
        "until": report.created_at,
        "name": name,
    }
    with connection.cursor() as cursor:
        cursor.execute(DAYS, parameters)
        rows: list[tuple[date, float | None, str]] = cursor.fetchall()
    return [PsiPoint(day, psi, DriftStatus(status)) for day, psi, status in rows]


def _newest(kind: str, now: datetime) -> QuerySet[Report]:
    reports = Report.objects.filter(kind=kind, created_at__lte=now, body__format=FORMAT)
    return reports.order_by("-created_at", "-pk")
