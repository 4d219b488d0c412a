"""Dashboards, finished for the templates.

Those of the machine are read from rollups and stored reports alone; review reads verdicts.
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
