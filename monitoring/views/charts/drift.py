"""Charts of the drift page."""

from typing import Any

from monitoring.domain.dashboards import FeatureDetail, FeatureRow
from monitoring.views.charts.axes import (
    Chart,
    Mark,
    bin_in_words,
    marks_on,
    plain,
    share_in_words,
    to_percent,
)

MOST_TICKS = 5


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
            "reference": [to_percent(each.reference_share) for each in bins],
            "current": [to_percent(each.current_share) for each in bins],
            "text": [
                bin_in_words(each.title, each.reference_share, each.current_share) for each in bins
            ],
            "ticks": _feature_ticks(row),
            "marks": marks_on(
                bins,
                Mark("median {:,.4g}", detail.reference_median, "ink3"),
                Mark("now {:,.4g}", detail.current_median, "accent"),
            ),
        },
        label=detail.sentence or f"{row.title}: reference against current.",
        heads=(row.title, "Reference", "Current"),
        rows=tuple(
            (each.title, share_in_words(each.reference_share), share_in_words(each.current_share))
            for each in bins
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


def _feature_ticks(row: FeatureRow) -> list[dict[str, Any]]:
    """Edges where bins are ranges of numbers, else names under their bars; at most five."""
    step = -(-len(row.bins) // MOST_TICKS)
    ticks = []
    for at, each in enumerate(row.bins):
        if at % step == 0:
            numeric = each.low is not None
            word = plain(each.low) if each.low is not None else each.title
            ticks.append({"at": at if numeric else at + 0.5, "word": word[:14]})
    return ticks
