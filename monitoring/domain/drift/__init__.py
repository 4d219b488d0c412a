"""Drift: a lead, not a verdict. Bins come from the reference alone and are kept with it."""

from monitoring.domain.drift.comparison import (
    DRIFTED_FROM,
    WATCH_FROM,
    Comparison,
    Picture,
    compare,
    status_of,
)
from monitoring.domain.drift.matching import hour_of_week, matching_weights

__all__ = [
    "DRIFTED_FROM",
    "WATCH_FROM",
    "Comparison",
    "Picture",
    "compare",
    "hour_of_week",
    "matching_weights",
    "status_of",
]
