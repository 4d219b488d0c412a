"""Rows of the quality side: reports, rollups and training runs."""

from monitoring.models.limits import ChargebackLimit
from monitoring.models.reports import HourlyRollup, Report
from monitoring.models.training import TrainingRun

__all__ = ["ChargebackLimit", "HourlyRollup", "Report", "TrainingRun"]
