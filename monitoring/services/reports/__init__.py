"""Reports: computed in the background, stored whole, read by dashboards and the API."""

from datetime import datetime, timedelta

from django.db import connection

from monitoring.models import Report
from monitoring.services.audits import check_sample
from monitoring.services.reports.drift import drift_report
from monitoring.services.reports.latency import latency_report
from monitoring.services.reports.performance import drawn_for, performance_report
from monitoring.services.reports.review import review_report
from monitoring.services.rollups import roll_up
from scoring.services.locking import advisory_lock

__all__ = ["run_report", "run_reports", "thin_out"]

PERFORMANCE_WINDOWS = (timedelta(days=7), timedelta(days=28), timedelta(days=90))
DRIFT_WINDOW = timedelta(days=7)
KEEP_ALL = timedelta(days=2)
SUPERSEDED = """
DELETE FROM monitoring_report WHERE created_at < %(until)s AND id NOT IN (
    SELECT DISTINCT ON (kind, model_version_id, body -> 'days',
        date_trunc('day', created_at, 'UTC')) id
    FROM monitoring_report WHERE created_at < %(until)s
    ORDER BY kind, model_version_id, body -> 'days',
        date_trunc('day', created_at, 'UTC'), created_at DESC)
"""


def run_report(*, kind: str, now: datetime, window: timedelta | None = None) -> Report | None:
    """Compute and store one report on the `window` up to `now`.

    Labels known at `now` are used; the hour that runs counts up to now. A performance report
    covers 28 days unless told otherwise, a drift report seven; the others choose their own. None
    where there is nothing to report on: no decision in the window, no model in
    production to compare with, no label of a payment old enough.
    """
    kind = Report.Kind(kind)
    if kind == Report.Kind.SAMPLE_RATIO:
        return check_sample(now=now)
    if kind == Report.Kind.REVIEW:
        return review_report(now=now)
    roll_up(now=now)
    if kind == Report.Kind.LABEL_LATENCY:
        return latency_report(now=now)
    if kind == Report.Kind.DRIFT:
        return drift_report(now=now, window=window or DRIFT_WINDOW)
    return performance_report(now=now, window=window or PERFORMANCE_WINDOWS[1])


def run_reports(*, now: datetime) -> int:
    """Compute every report that the dashboards offer; return how many there were.

    Only one process at a time does; another one finds nothing to do.
    """
    with advisory_lock("monitoring.run_reports") as acquired:
        return _run_reports(now) if acquired else 0


def _run_reports(now: datetime) -> int:
    roll_up(now=now)
    drawn = drawn_for(now=now, windows=PERFORMANCE_WINDOWS)
    reports = [
        performance_report(now=now, window=window, drawn=drawn) for window in PERFORMANCE_WINDOWS
    ]
    for kind in (Report.Kind.DRIFT, Report.Kind.LABEL_LATENCY, Report.Kind.REVIEW):
        reports.append(run_report(kind=kind, now=now))
    thin_out(now=now)
    return sum(report is not None for report in reports)


def thin_out(*, now: datetime) -> int:
    """Keep the last report of each day from before yesterday; return how many went."""
    with connection.cursor() as cursor:
        cursor.execute(SUPERSEDED, {"until": now - KEEP_ALL})
        return int(cursor.rowcount)
