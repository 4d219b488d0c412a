"""Charts of how late labels come."""

from monitoring.domain.label_latency import KnownBy, LabelLatency
from monitoring.selectors.dashboards.latency import days_in_words
from monitoring.views.charts.axes import Chart, to_percent
from scoring.domain import wording


def maturity_curve(title: str, latency: LabelLatency) -> Chart | None:
    """Share of a source's labels known by the days since the payment; None where it is refused."""
    if latency.horizon is None or latency.median is None:
        return None
    curve = latency.curve
    return Chart(
        data={
            "kind": "maturity",
            "x": [point.days for point in curve],
            "share": [to_percent(point.share) for point in curve],
            "low": [to_percent(point.low) for point in curve],
            "high": [to_percent(point.high) for point in curve],
            "text": [_in_words(point) for point in curve],
            "horizon": latency.horizon,
        },
        label=f"{title}: half of the labels are known after {days_in_words(latency.median.days)}.",
        heads=("Days", "Known", "95 % interval"),
        rows=tuple(
            (
                wording.number(point.days, 2 if point.days < 1 else 0),
                wording.rate(point.share),
                wording.interval(point.low, point.high),
            )
            for point in curve
        ),
    )


def _in_words(point: KnownBy) -> str:
    return f"after {days_in_words(point.days)}: {wording.rate(point.share)}"
