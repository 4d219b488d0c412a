"""Charts of the executive page."""

from collections.abc import Sequence
from typing import Any

from monitoring.domain.dashboards import (
    ScoreBin,
    ScoreDistribution,
    TrendPoint,
    VolumePoint,
)
from monitoring.domain.executive import ExecutiveDashboard
from monitoring.views.charts.axes import (
    Chart,
    Mark,
    bin_in_words,
    marks_on,
    place_of,
    share_in_words,
    to_percent,
)
from scoring.domain import wording


def rate_trend(dashboard: ExecutiveDashboard) -> Chart | None:
    """Wrongful declines by week with their interval; None as long as no week is there."""
    points = dashboard.fpr_trend
    if not points:
        return None
    target = dashboard.fpr.target if dashboard.fpr else None
    return Chart(
        data={
            "kind": "trend",
            "x": [point.start.isoformat() for point in points],
            "estimate": [to_percent(point.estimate) for point in points],
            "low": [to_percent(point.low) for point in points],
            "high": [to_percent(point.high) for point in points],
            "text": [_week_in_words(point) for point in points],
            "settled": _last_settled(points),
            "target": to_percent(target),
            "target_word": f"target {wording.rate(target)}" if target is not None else "",
            "versions": [
                {"x": marker.at.date().isoformat(), "word": marker.title}
                for marker in dashboard.version_markers
            ],
            "top": _top([point.high for point in points], target),
        },
        label=_trend_sentence(points),
        heads=("Week of", "Wrongful declines", "95 % interval", "Labels"),
        rows=tuple(_trend_row(point) for point in points),
    )


def volumes(points: Sequence[VolumePoint], currency: str) -> Chart | None:
    """Decisions by outcome over time, as small multiples; None without any."""
    if not points:
        return None
    total = [point.approve + point.review + point.block for point in points]
    return Chart(
        data={
            "kind": "multiples",
            "x": [point.start.isoformat() for point in points],
            "series": [
                {"title": "All payments", "word": "payments", "values": total},
                {
                    "title": "Sent to review",
                    "word": "sent to review",
                    "values": [point.review for point in points],
                },
                {
                    "title": "Blocked",
                    "word": "blocked",
                    "values": [point.block for point in points],
                },
            ],
        },
        label=(
            f"{wording.count(sum(total), 'payment')}: "
            f"{wording.count(sum(point.review for point in points))} sent to review, "
            f"{wording.count(sum(point.block for point in points))} blocked."
        ),
        heads=("From", "Approved", "Sent to review", "Blocked", "Amount"),
        rows=tuple(_volume_row(point, currency) for point in points),
    )


def score_distribution(scores: ScoreDistribution) -> Chart:
    """Share of payments by score, now and before, with both thresholds."""
    bins = scores.bins
    known = all(each.reference_share is not None for each in bins) and bool(bins)
    return Chart(
        data={
            "kind": "histogram",
            "log": True,
            "words": [_score_words(each) for each in bins],
            "reference": [to_percent(each.reference_share) for each in bins] if known else None,
            "current": [to_percent(each.current_share) for each in bins],
            "text": [
                bin_in_words(_score_words(each), each.reference_share, each.current_share)
                for each in bins
            ],
            "ticks": _score_ticks(bins),
            "marks": marks_on(
                bins,
                Mark("review from {:.2f}", scores.review_threshold, "ink3"),
                Mark("block from {:.2f}", scores.block_threshold, "ink3"),
            ),
        },
        label=(
            f"Scores of {wording.count(scores.n_current, 'payment')} beside those of "
            f"{wording.count(scores.n_reference)} before."
        ),
        heads=("Score", "Before", "Now"),
        rows=tuple(
            (
                _score_words(each),
                share_in_words(each.reference_share),
                share_in_words(each.current_share),
            )
            for each in bins
        ),
    )


def _top(highs: Sequence[float | None], target: float | None) -> float:
    known = [high for high in highs if high is not None]
    return max(100 * 1.1 * max([*known, target or 0.0]), 1.0)


def _last_settled(points: Sequence[TrendPoint]) -> int:
    """Index of the last week whose labels are in, or -1."""
    return max((at for at, point in enumerate(points) if not point.still_arriving), default=-1)


def _week_in_words(point: TrendPoint) -> str:
    if point.estimate is None or point.low is None or point.high is None:
        bounds = f", at most {wording.rate(point.high)}" if point.high is not None else ""
        return f"not enough evidence{bounds}, {wording.count(point.n, 'label')}"
    bounds = wording.interval(point.low, point.high)
    late = ", still arriving" if point.still_arriving else ""
    return f"{wording.rate(point.estimate)} ({bounds}), {wording.count(point.n, 'label')}{late}"


def _trend_row(point: TrendPoint) -> tuple[str, ...]:
    return (
        f"{point.start:%-d %b %Y}{', still arriving' if point.still_arriving else ''}",
        "not enough evidence" if point.estimate is None else wording.rate(point.estimate),
        _bounds_in_words(point),
        wording.count(point.n),
    )


def _bounds_in_words(point: TrendPoint) -> str:
    if point.high is None:
        return "none" if point.low is None else f"at least {wording.rate(point.low)}"
    if point.low is None:
        return f"at most {wording.rate(point.high)}"
    return wording.interval(point.low, point.high)


def _trend_sentence(points: Sequence[TrendPoint]) -> str:
    known = [point for point in points if point.estimate is not None]
    if not known:
        return "Wrongful declines by week: no week has enough evidence yet."
    first, last = known[0], known[-1]
    return (
        f"Wrongful declines by week: {wording.rate(first.estimate or 0)} in the week of "
        f"{first.start:%-d %B}, {wording.rate(last.estimate or 0)} in the week of "
        f"{last.start:%-d %B}."
    )


def _volume_row(point: VolumePoint, currency: str) -> tuple[str, ...]:
    return (
        f"{point.start:%-d %b %Y %H:%M}".removesuffix(" 00:00"),
        wording.count(point.approve),
        wording.count(point.review),
        wording.count(point.block),
        wording.money(point.amount, currency, whole=True),
    )


def _score_words(each: ScoreBin) -> str:
    return f"{each.low:.2f} to {each.high:.2f}"


def _score_ticks(bins: Sequence[ScoreBin]) -> list[dict[str, Any]]:
    places = ((value, place_of(value, bins)) for value in (0.0, 0.25, 0.5, 0.75, 1.0))
    return [{"at": at, "word": f"{value:.2f}"} for value, at in places if at is not None]
