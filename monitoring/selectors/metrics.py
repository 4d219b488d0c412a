"""The newest reports as the API answers them."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings

from monitoring.models import Report
from monitoring.selectors.limits import chargeback_ratios
from monitoring.selectors.reports import freshness_of, newest_drift, newest_performance
from scoring.domain.errors import NotFound

WINDOWS = (7, 28, 90)


def performance_metrics(*, days: int, now: datetime) -> dict[str, Any]:
    """The newest performance report over so many days; NotFound (`no_report`) without one."""
    report = newest_performance(days=days, now=now)
    if report is None:
        raise NotFound("no_report", f"No report over {days} days has been computed yet.")
    body = report.body
    return {
        **_head(report, now),
        "days": days,
        "currency": settings.FRAUDREVIEW_BASE_CURRENCY,
        **{name: body[name] for name in ("decisions", "drawn", "labels", "share_matured")},
        "claims": {**body["claims"], "unconfirmed": body["unconfirmed"]},
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
        **_counted(body),
        "expected": _expected(body),
    }


def _counted(body: Mapping[str, Any]) -> dict[str, Any]:
    """Money and work of the window; null in a report of an older version."""
    operations = body.get("operations")
    if operations is None:
        return {"operations": None, "chargebacks": []}
    return {
        "operations": operations["measures"],
        "chargebacks": [asdict(ratio) for ratio in chargeback_ratios(operations)],
    }


def _expected(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the scores promise, and how their last promise ended."""
    expected = body.get("expected")
    if expected is None:
        return None
    last = {**expected["last"], "rates": list(expected["last"]["rates"].values())}
    return {**expected, "rates": list(expected["rates"].values()), "last": last}


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
        **_head(report, now),
        "reference": body["reference"],
        "current": body["current"],
        "matched_share": body["matched_share"],
        "features": [{key: row[key] for key in shown} for row in body["rows"]],
    }


def _head(report: Report, now: datetime) -> dict[str, Any]:
    age = freshness_of(report, now=now)
    return {
        "computed_at": report.created_at,
        "next_at": age.next_at,
        "late": age.late,
        "window_start": report.window_start,
        "window_end": report.window_end,
        "model_version": report.model_version.number if report.model_version else None,
    }
