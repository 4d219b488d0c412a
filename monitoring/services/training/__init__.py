"""Training: requested by anyone, run by one process at a time, with progress everybody sees."""

from monitoring.services.training.requesting import (
    TrainingRequest,
    request_training,
    request_weekly_training,
)
from monitoring.services.training.running import (
    fail_lost_runs,
    run_queued_training,
    run_training,
)

__all__ = [
    "TrainingRequest",
    "fail_lost_runs",
    "request_training",
    "request_weekly_training",
    "run_queued_training",
    "run_training",
]
