"""The audit sample: what it is drawn by, and whether it is what was drawn."""

from monitoring.services.audits.checking import check_sample
from monitoring.services.audits.solving import solve_tonight

__all__ = ["check_sample", "solve_tonight"]
