"""Charts as data: what the chart script draws, the sentence that says it, the table beside it."""

from monitoring.views.charts.axes import Chart
from monitoring.views.charts.drift import feature_histogram, psi_by_day
from monitoring.views.charts.executive import rate_trend, score_distribution, volumes
from monitoring.views.charts.latency import maturity_curve

__all__ = [
    "Chart",
    "feature_histogram",
    "maturity_curve",
    "psi_by_day",
    "rate_trend",
    "score_distribution",
    "volumes",
]
