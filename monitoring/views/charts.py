"""Charts as data: what the chart script draws, the sentence that says it, the table beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from monitoring.domain.dashboards import (
    ExecutiveDashboard,
    FeatureDetail,
    FeatureRow,
    ScoreBin,
    ScoreDistribution,
    TrendPoint,
    VolumePoint,
)
from scoring.domain import wording

MOST_TICKS = 5


@dataclass(frozen=True)
class Chart:
    """`data` is for the script; `label` is read aloud; `heads` and `rows` are the same in words."""

    data: dict[str, Any]
    label: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


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
            "estimate": [_percent(point.estimate) for point in points],
            "low": [_percent(point.low) for point in points],
            "high": [_percent(point.high) for point in points],
            "text": [_week_in_words(point) for point in points],
            "settled": _last_settled(points),
            "target": _percent(target),
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
            "reference": [_percent(each.reference_share) for each in bins] if known else None,
            "current": [_percent(each.current_share) for each in bins],
            "text": [
                _bin_in_words(_score_words(each), each.reference_share, each.current_share)
                for each in bins
            ],
            "ticks": _score_ticks(bins),
            "marks": _marks(
                bins,
                ("review from {:.2f}", scores.review_threshold, "ink3"),
                ("block from {:.2f}", scores.block_threshold, "ink3"),
            ),
        },
        label=(
            f"Scores of {wording.count(scores.n_current, 'payment')} beside those of "
            f"{wording.count(scores.n_reference)} before."
        ),
        heads=("Score", "Before", "Now"),
        rows=tuple(
            (_score_words(each), _share(each.reference_share), _share(each.current_share))
            for each in bins
        ),
    )


def feature_histogram(row: FeatureRow, detail: FeatureDetail) -> Chart | None:
    """One feature, reference against current, with both medians; None without bins."""
    bins = row.bins
    if not bins:
        return None
    return Chart(
        data={
            "kind": "histogram",
            "log": False,
            "words": [each.title for each in bins],
            "reference": [_percent(each.reference_share) for each in bins],
            "current": [_percent(each.current_share) for each in bins],
            "text": [
                _bin_in_words(each.title, each.reference_share, each.current_share) for each in bins
            ],
            "ticks": _feature_ticks(row),
            "marks": _marks(
                bins,
                ("median {:,.4g}", detail.reference_median, "ink3"),
                ("now {:,.4g}", detail.current_median, "accent"),
            ),
        },
        label=detail.sentence or f"{row.title}: reference against current.",
        heads=(row.title, "Reference", "Current"),
        rows=tuple(
            (each.title, _share(each.reference_share), _share(each.current_share)) for each in bins
        ),
    )


def psi_by_day(detail: FeatureDetail, watch_from: float, drifted_from: float) -> Chart | None:
    """PSI of the seven days up to each day; None with fewer than two days."""
    points = detail.psi_by_day
    values = [point.psi for point in points]
    if len([value for value in values if value is not None]) < 2:
        return None
    words = ["too few" if value is None else f"{value:.2f}" for value in values]
    highest = max(value for value in values if value is not None)
    return Chart(
        data={
            "kind": "limits",
            "x": [point.day.isoformat() for point in points],
            "values": values,
            "text": [f"PSI {word}" for word in words],
            "limits": [watch_from, drifted_from],
            "top": 1.15 * max(highest, drifted_from),
        },
        label=f"PSI by day, last {words[-1]}; drifted from {drifted_from:.2f}.",
        heads=("Day", "PSI"),
        rows=tuple(
            (f"{point.day:%-d %b}", word) for point, word in zip(points, words, strict=True)
        ),
    )


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 4)


def _share(share: float | None) -> str:
    return "none" if share is None else wording.rate(share, 2)


def _plain(value: float) -> str:
    """A number with about three digits that say something, without idle zeros."""
    digits = 0 if abs(value) >= 100 else 2 if abs(value) < 10 else 1
    text = wording.number(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


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


def _bin_in_words(title: str, before: float | None, now: float) -> str:
    past = f", before {wording.rate(before, 2)}" if before is not None else ""
    return f"{title}: {wording.rate(now, 2)}{past}"


def _score_words(each: ScoreBin) -> str:
    return f"{each.low:.2f} to {each.high:.2f}"


def _score_ticks(bins: Sequence[ScoreBin]) -> list[dict[str, Any]]:
    places = ((value, _place(value, bins)) for value in (0.0, 0.25, 0.5, 0.75, 1.0))
    return [{"at": at, "word": f"{value:.2f}"} for value, at in places if at is not None]


def _feature_ticks(row: FeatureRow) -> list[dict[str, Any]]:
    """Edges where bins are ranges of numbers, else names under their bars; at most five."""
    step = -(-len(row.bins) // MOST_TICKS)
    ticks = []
    for at, each in enumerate(row.bins):
        if at % step == 0:
            numeric = each.low is not None
            word = _plain(each.low) if each.low is not None else each.title
            ticks.append({"at": at if numeric else at + 0.5, "word": word[:14]})
    return ticks


def _marks(
    bins: Sequence[Any], left: tuple[str, float | None, str], right: tuple[str, float | None, str]
) -> list[dict[str, Any]]:
    """Two named values on the axis of bins; their words keep clear of its ends and each other."""
    places = [
        (place, text.format(value), token)
        for text, value, token in (left, right)
        if value is not None and (place := _place(value, bins)) is not None
    ]
    sides = [
        _side(place / len(bins), last=at > 0 or len(places) == 1)
        for at, (place, _, _) in enumerate(places)
    ]
    return [
        {
            "at": place,
            "word": word,
            "token": token,
            "side": side,
            # Two words on the same side of their lines would cover each other.
            "level": int(at > 0 and side == sides[0]),
        }
        for at, ((place, word, token), side) in enumerate(zip(places, sides, strict=True))
    ]


def _side(share: float, last: bool) -> str:
    """Which end of a word stands at its line: "right" puts the word left of it."""
    return "right" if share > 0.75 or (share > 0.25 and not last) else "left"


def _place(value: float, bins: Sequence[Any]) -> float | None:
    """Where a value lies on the axis of bins, each one wide; None outside of them."""
    for at, each in enumerate(bins):
        if each.low is None or each.high is None:
            continue
        if each.low <= value <= each.high:
            width = each.high - each.low
            inside = (value - each.low) / width if 0 < width < float("inf") else 0.5
            return round(at + inside, 3)
    return None
