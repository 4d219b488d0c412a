"""Dashboards, finished for the templates.

All are read from rollups and stored reports; review also lists doubts that were settled.
"""

from monitoring.selectors.dashboards.drift import drift_dashboard
from monitoring.selectors.dashboards.executive import executive_dashboard
from monitoring.selectors.dashboards.latency import label_latency_section
from monitoring.selectors.dashboards.review import review_dashboard

__all__ = [
    "drift_dashboard",
    "executive_dashboard",
    "label_latency_section",
    "review_dashboard",
]
