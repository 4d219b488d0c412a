"""Rows of the quality side: reports, rollups, training runs and their datasets."""

from monitoring.models.datasets import Dataset
from monitoring.models.label_errors import LabelErrorCandidate, LabelErrorSearch
from monitoring.models.limits import ChargebackLimit
from monitoring.models.reports import HourlyRollup, Report
from monitoring.models.training import TrainingRun

__all__ = [
    "ChargebackLimit",
    "Dataset",
    "HourlyRollup",
    "LabelErrorCandidate",
    "LabelErrorSearch",
    "Report",
    "TrainingRun",
]
