"""Every feature by weight in the score, and one of them in detail."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from monitoring.domain.dashboards import (
    ComparedWindow,
    DriftDashboard,
    DriftStatus,
    FeatureDetail,
    FeatureRow,
    HistogramBin,
    PsiPoint,
)
from monitoring.domain.drift import DRIFTED_FROM, WATCH_FROM
from monitoring.domain.drift.bins import short
from monitoring.models import Report
from monitoring.selectors.reports import freshness_of, newest_drift, psi_by_day
from scoring.domain import wording
from scoring.selectors.registry import production_version

CURVE = timedelta(days=28)
Row = Mapping[str, Any]


def drift_dashboard(*, now: datetime, feature: str | None = None) -> DriftDashboard:
    """The newest drift report, made ready to show; `feature` is the name to look at closer.

    Without one, or with a name that is not there, it is the feature that moved most.
    """
    report = newest_drift(now=now)
    return _empty() if report is None else _filled(report, feature, now)


def _empty() -> DriftDashboard:
    reason = (
        "No model is in production, so there is nothing to compare with."
        if production_version() is None
        else "No payment was scored in the last seven days, or none is reported yet."
    )
    return DriftDashboard(
        headline=reason,
        report_at=None,
        reference=None,
        current=None,
        matched_share=None,
        watch_from=WATCH_FROM,
        drifted_from=DRIFTED_FROM,
        drifted=0,
        watched=0,
        rows=(),
        selected=None,
        freshness=None,
    )


def _filled(report: Report, feature: str | None, now: datetime) -> DriftDashboard:
    body = report.body
    stored: Sequence[Row] = body["rows"]
    rows = tuple(_row(row) for row in stored)
    drifted = sum(row.status == DriftStatus.DRIFTED for row in rows)
    watched = sum(row.status == DriftStatus.WATCH for row in rows)
    return DriftDashboard(
        headline=_headline(len(rows), drifted, watched),
        report_at=report.created_at,
        reference=_window(body["reference"]),
        current=_window(body["current"]),
        matched_share=body["matched_share"],
        watch_from=WATCH_FROM,
        drifted_from=DRIFTED_FROM,
        drifted=drifted,
        watched=watched,
        rows=rows,
        selected=_detail(report, _chosen(stored, feature)),
        freshness=freshness_of(report, now=now),
    )


def _headline(features: int, drifted: int, watched: int) -> str:
    verb = "has" if drifted == 1 else "have"
    watch = "is" if watched == 1 else "are"
    return (
        f"{drifted} of {wording.count(features, 'distribution')} {verb} drifted, {watched} {watch}"
        " worth watching. Drift is a lead, not a verdict."
    )


def _window(stored: Mapping[str, Any]) -> ComparedWindow:
    return ComparedWindow(
        title=stored["title"],
        start=datetime.fromisoformat(stored["start"]),
        end=datetime.fromisoformat(stored["end"]),
        n=stored["n"],
    )


def _row(stored: Row) -> FeatureRow:
    return FeatureRow(
        name=stored["name"],
        title=stored["title"],
        weight=stored["weight"],
        bins=_bins(stored["picture"]),
        psi=stored["psi"],
        noise=stored["noise"],
        status=DriftStatus(stored["status"]),
        n_reference=stored["n_reference"],
        n_current=stored["n_current"],
        missing_share=stored["missing_share"],
    )


def _bins(picture: Mapping[str, Sequence[Any]]) -> tuple[HistogramBin, ...]:
    names = ("titles", "lows", "highs", "reference", "current")
    return tuple(
        HistogramBin(*values) for values in zip(*(picture[name] for name in names), strict=True)
    )


def _chosen(rows: Sequence[Row], feature: str | None) -> Row:
    named = next((row for row in rows if row["name"] == feature), None)
    return named or max(rows, key=lambda row: row["psi"] or 0.0)


def _detail(report: Report, stored: Row) -> FeatureDetail:
    points = tuple(psi_by_day(report, stored["name"], since=report.created_at - CURVE))
    before, now = stored["reference_mean"], stored["current_mean"]
    return FeatureDetail(
        row=_row(stored),
        kind=stored["kind"],
        ks=stored["ks"],
        jensen_shannon=stored["jensen_shannon"],
        reference_mean=before,
        current_mean=now,
        mean_shift=(now - before) / abs(before) if before and now is not None else None,
        reference_median=stored["reference_median"],
        current_median=stored["current_median"],
        since=_since(points, DriftStatus(stored["status"])),
        psi_by_day=points,
        sentence=_sentence(stored),
    )


def _since(points: Sequence[PsiPoint], status: DriftStatus) -> date | None:
    """The first day of the unbroken run of days with this status."""
    since = None
    for point in reversed(points):
        if point.status != status:
            break
        since = point.day
    return since


def _sentence(stored: Row) -> str:
    status = DriftStatus(stored["status"])
    if status == DriftStatus.NOT_ENOUGH_DATA:
        return "Too few payments to tell a change from chance."
    before, now = stored["reference_median"], stored["current_median"]
    if before is not None and now is not None and before != now:
        verb = "rose" if now > before else "fell"
        return f"The median {verb} from {short(before)} to {short(now)}."
    return _largest_shift(stored["picture"])


def _largest_shift(picture: Mapping[str, Sequence[Any]]) -> str:
    """The bar that gained or lost most, in words."""
    shifts = zip(picture["titles"], picture["reference"], picture["current"], strict=True)
    title, before, now = max(shifts, key=lambda shift: abs(shift[2] - shift[1]))
    if abs(now - before) < 0.005:
        return "No part of the distribution moved by half a point."
    return f"“{title}” went from {wording.rate(before)} to {wording.rate(now)} of payments."
