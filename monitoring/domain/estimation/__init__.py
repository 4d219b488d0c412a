"""Rates, money and their intervals from labels that somebody chose to collect.

Labels exist because of decisions. Each one is weighted by the inverse of the guaranteed
probability with which it came about; labels without such a probability do not enter.
"""

from monitoring.domain.estimation.claims import ClaimedFrauds
from monitoring.domain.estimation.estimate import Estimate, complement, from_dict
from monitoring.domain.estimation.performance import (
    APPROVED,
    BLOCKED,
    REVIEWED,
    DecidedSample,
    Performance,
    measure,
)
from monitoring.domain.estimation.sample import Population, Sample, Unlabelled
from monitoring.domain.estimation.shares import PUBLISHED, Evidence, Share, estimate_share

__all__ = [
    "APPROVED",
    "BLOCKED",
    "PUBLISHED",
    "REVIEWED",
    "ClaimedFrauds",
    "DecidedSample",
    "Estimate",
    "Evidence",
    "Performance",
    "Population",
    "Sample",
    "Share",
    "Unlabelled",
    "complement",
    "estimate_share",
    "from_dict",
    "measure",
]
