"""The newest reports as the API answers them."""

from datetime import datetime
from typing import Any

from django.conf import settings

from monitoring.models import Report
from monitoring.selectors.reports import newest_drift, newest_performance
from scoring.domain.errors import NotFound

WINDOWS = (7, 28, 90)


def performance_metrics(*, days: int, now: datetime) -> dict[str, Any]:
    """The newest performance report over so many days; NotFound (`no_report`) without one."""
    report = newest_performance(days=days, now=now)
    if report is None:
        raise NotFound("no_report", f"No report over {days} days has been computed yet.")
    body = report.body
    return {
        **_head(report),
        "days": days,
        "currency": settings.FRAUDREVIEW_BASE_CURRENCY,
        **{name: body[name] for name in ("decisions", "drawn", "labels", "share_matured")},
        "rates": body["rates"],
        "money": body["money"],
        "confusion": [
            {"cell": cell, "payments": body["confusion"]["payments"][cell], "labels": labels}
            for cell, labels in body["confusion"]["labels"].items()
        ],
        "weeks": [
            {
                "start": week["start"],
                "labels": week["labels"],
                "still_arriving": week["still_arriving"],
                "fpr": week["rate"],
            }
            for week in body["trend"]
        ],
    }


def drift_metrics(*, now: datetime) -> dict[str, Any]:
    """The newest drift report; NotFound (`no_report`) without one."""
    report = newest_drift(now=now)
    if report is None:
        raise NotFound("no_report", "No drift report has been computed yet.")
    body = report.body
    shown = (
        "name",
        "kind",
        "weight",
        "psi",
        "noise",
        "status",
        "n_reference",
        "n_current",
        "missing_share",
        "ks",
        "jensen_shannon",
    )
    return {
        **_head(report),
        "reference": body["reference"],
        "current": body["current"],
        "matched_share": body["matched_share"],
        "features": [{key: row[key] for key in shown} for row in body["rows"]],
    }


def _head(report: Report) -> dict[str, Any]:
    return {
        "computed_at": report.created_at,
        "window_start": report.window_start,
        "window_end": report.window_end,
        "model_version": report.model_version.number if report.model_version else None,
    }
