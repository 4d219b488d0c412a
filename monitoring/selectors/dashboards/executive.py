"""The manager's page: wrongful declines, money, and what they rest on."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings

from monitoring.domain import tiles
from monitoring.domain.dashboards import (
    CapacityTile,
    ConfusionCell,
    ConfusionMatrix,
    MoneyTile,
    RateTile,
    ScoreBin,
    ScoreDistribution,
    SegmentRow,
    TrendPoint,
    VersionMarker,
)
from monitoring.domain.estimation import from_dict
from monitoring.domain.executive import ExecutiveDashboard
from monitoring.domain.expectations import expected_table
from monitoring.domain.figures import figures
from monitoring.models import Report
from monitoring.selectors.limits import chargeback_ratios
from monitoring.selectors.reports import freshness_of, newest_performance
from monitoring.selectors.rollups import SCORE_BINS, volumes
from scoring.domain import wording
from scoring.models import DecisionPolicy, Stage, StageChange
from scoring.selectors.policies import active_policy

DAYS = (7, 28, 90)
DEFAULT_DAYS = 28
MONEY = (
    ("wrongful_declines", "Good customers declined"),
    ("missed_fraud", "Lost to fraud"),
    ("fraud_stopped", "Fraud stopped"),
)
HOURLY_UP_TO = 2  # days


def executive_dashboard(*, now: datetime, days: int = DEFAULT_DAYS) -> ExecutiveDashboard:
    """The newest report over so many days (7, 28 or 90; others mean 28), made ready to show."""
    days = days if days in DAYS else DEFAULT_DAYS
    report = newest_performance(days=days, now=now)
    return _empty(now, days) if report is None else _filled(report, days, now)


def _empty(now: datetime, days: int) -> ExecutiveDashboard:
    return ExecutiveDashboard(
        days=days,
        available_days=DAYS,
        currency=settings.FRAUDREVIEW_BASE_CURRENCY,
        headline=f"Nothing was decided in the {days} days to {now:%-d %b}, or not reported yet.",
        report_at=None,
        window_start=now - timedelta(days=days),
        window_end=now,
        decisions=0,
        labels=0,
        share_matured=None,
        fpr=None,
        money=(),
        rates=(),
        capacity=None,
        confusion=None,
        volumes=(),
        fpr_trend=(),
        version_markers=(),
        scores=None,
        segments=(),
        segments_scale=1.0,
        figures={},
        chargebacks=(),
        expected=None,
        freshness=None,
    )


def _filled(report: Report, days: int, now: datetime) -> ExecutiveDashboard:
    body = report.body
    fpr, *rates = _rate_tiles(body)
    trend = _trend(body)
    segments = _segments(body)
    policy = active_policy()
    return ExecutiveDashboard(
        days=days,
        available_days=DAYS,
        currency=settings.FRAUDREVIEW_BASE_CURRENCY,
        headline=_headline(report),
        report_at=report.created_at,
        window_start=report.window_start,
        window_end=report.window_end,
        decisions=body["decisions"],
        labels=body["labels"],
        share_matured=body["share_matured"],
        fpr=fpr,
        money=_money_tiles(body),
        rates=tuple(rates),
        capacity=_capacity(body, policy),
        confusion=_confusion(body),
        volumes=volumes(
            start=report.window_start, end=report.window_end, step=_step(report.window_start, body)
        ),
        fpr_trend=trend,
        version_markers=_markers(trend),
        scores=_scores(body, policy),
        segments=segments,
        segments_scale=max(
            (
                tiles.scale_of(row.estimate, fpr.target)
                for row in segments
                if row.estimate.high is not None
            ),
            default=1.0,
        ),
        figures=figures(body, settings.FRAUDREVIEW_BASE_CURRENCY),
        chargebacks=chargeback_ratios(body["operations"]) if "operations" in body else (),
        expected=expected_table(body),
        freshness=freshness_of(report, now=now),
    )


def _headline(report: Report) -> str:
    """Period, labels, for how many of them only a reviewer vouches, and what is still to come."""
    body = report.body
    labels, alone, late = body["labels"], body["verdicts_alone"], body["share_matured"]
    drawn = wording.count(body["drawn"], "payment")
    parts = [f"Rests on {wording.count(labels, 'label')} of {drawn} drawn"]
    if labels:
        parts.append(f"{wording.rate(alone / labels, 0)} of them verdicts that nobody confirmed")
    if late is not None:
        parts.append(f"{wording.rate(late, 0)} of the complaints to come are in")
    if body["claims"]["so_far"]:
        parts.append(_claims(body["claims"]))
    period = f"{wording.count(body['days'], 'day')} to {report.window_end.astimezone(UTC):%-d %b}"
    return f"{period}. {'; '.join(parts)}."


def _claims(claims: Mapping[str, Any]) -> str:
    """Frauds that customers or issuers claimed, and how many it will be in the end."""
    counted = f"{wording.count(claims['so_far'], 'approved payment')} claimed as fraud so far"
    expected = from_dict(claims["claimed_frauds"])
    if expected.estimate is None or expected.low is None or expected.high is None:
        return counted
    bounds = f"{expected.low:,.0f} to {expected.high:,.0f}"
    return f"{counted}, about {expected.estimate:,.0f} in the end ({bounds})"


def _rate_tiles(body: Mapping[str, Any]) -> tuple[RateTile, ...]:
    goals = {"fpr": settings.FRAUDREVIEW_WRONGFUL_DECLINES_TARGET}
    return tuple(
        tiles.rate_tile(from_dict(body["rates"][name]), target=goals.get(name))
        for name in tiles.RATES
    )


def _money_tiles(body: Mapping[str, Any]) -> tuple[MoneyTile, ...]:
    return tuple(
        tiles.money_tile(
            from_dict(body["money"][name]),
            title=title,
            sentence=_money_sentence(name, body),
            payments=body["payments"][name],
            trend=tuple(_decimal(week["money"][name]) for week in body["trend"]),
            currency=settings.FRAUDREVIEW_BASE_CURRENCY,
        )
        for name, title in MONEY
    )


def _money_sentence(name: str, body: Mapping[str, Any]) -> str:
    total, estimate = float(body["amount"]), body["money"][name]["estimate"]
    if not total or estimate is None:
        return ""
    everything = wording.money(total, settings.FRAUDREVIEW_BASE_CURRENCY, whole=True)
    return f"{wording.rate(estimate / total, 2)} of {everything} asked for."


def _capacity(body: Mapping[str, Any], policy: DecisionPolicy) -> CapacityTile:
    asked, capacity = body["reviews_per_day"], policy.review_capacity
    share = asked / capacity if capacity else None
    return CapacityTile(
        reviews_per_day=asked,
        capacity_per_day=capacity or None,
        share_used=share,
        sentence="More reviews are asked for than people can do."
        if share is not None and share > 1
        else "Reviews asked for, beside what the policy says people can do.",
    )


def _confusion(body: Mapping[str, Any]) -> ConfusionMatrix:
    payments, labels = body["confusion"]["payments"], body["confusion"]["labels"]
    return ConfusionMatrix(**{name: ConfusionCell(payments[name], labels[name]) for name in labels})


def _trend(body: Mapping[str, Any]) -> tuple[TrendPoint, ...]:
    return tuple(
        TrendPoint(
            start=date.fromisoformat(week["start"]),
            estimate=week["rate"]["estimate"],
            low=week["rate"]["low"],
            high=week["rate"]["high"],
            n=week["labels"],
            still_arriving=week["still_arriving"],
        )
        for week in body["trend"]
    )


def _markers(trend: tuple[TrendPoint, ...]) -> tuple[VersionMarker, ...]:
    """Versions that took over while the trend ran."""
    if not trend:
        return ()
    changes = StageChange.objects.filter(
        to_stage=Stage.PRODUCTION, changed_at__date__gte=trend[0].start
    ).select_related("model_version")
    return tuple(
        VersionMarker(change.changed_at, str(change.model_version))
        for change in changes.order_by("changed_at")
    )


def _scores(body: Mapping[str, Any], policy: DecisionPolicy) -> ScoreDistribution | None:
    current, reference = body["scores"]["current"], body["scores"]["reference"]
    n_current, n_reference = sum(current), sum(reference)
    if not n_current:
        return None
    bins = tuple(
        ScoreBin(
            low=place / SCORE_BINS,
            high=(place + 1) / SCORE_BINS,
            current_share=current[place] / n_current,
            reference_share=reference[place] / n_reference if n_reference else None,
        )
        for place in range(SCORE_BINS)
    )
    return ScoreDistribution(
        bins=bins,
        n_current=n_current,
        n_reference=n_reference,
        review_threshold=policy.review_threshold,
        block_threshold=policy.block_threshold,
    )


def _segments(body: Mapping[str, Any]) -> tuple[SegmentRow, ...]:
    target = settings.FRAUDREVIEW_WRONGFUL_DECLINES_TARGET
    rows = []
    for row in body["segments"]:
        estimate = from_dict(row["rate"])
        state = tiles.state_of(estimate, target)
        rows.append(SegmentRow(row["title"], row["labels"], estimate, state))
    return tuple(rows)


def _step(start: datetime, body: Mapping[str, Any]) -> str:
    return "hour" if body["days"] <= HOURLY_UP_TO else "day"


def _decimal(amount: float | None) -> Decimal | None:
    return None if amount is None else Decimal(f"{amount:.2f}")
