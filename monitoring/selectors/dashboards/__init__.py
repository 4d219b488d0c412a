"""Dashboards: read from rollups and stored reports alone, finished for the templates."""

from monitoring.selectors.dashboards.drift import drift_dashboard
from monitoring.selectors.dashboards.executive import executive_dashboard

__all__ = ["drift_dashboard", "executive_dashboard"]
