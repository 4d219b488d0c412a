"""Which rows teach, which rows test, and how much each of them counts."""

from monitoring.domain.dataset.arrivals import (
    EVALUATION_ARRIVED,
    arrivals_of,
    arrived_shares,
    on_mature_days,
)
from monitoring.domain.dataset.contents import Week, content_hash, left_out, weeks_of, weighing
from monitoring.domain.dataset.folds import Fold, drop_known_compromised
from monitoring.domain.dataset.payments import (
    GIVEN,
    NO_SOURCE,
    SOURCES,
    UNLABELLED,
    WITHHELD,
    Dataset,
    on_labelled_days,
    utc_moment,
)
from monitoring.domain.dataset.slices import EVALUATION_SHARE, kept_for_evaluation, slice_mark
from monitoring.domain.dataset.splits import LEARNING_PARTS, TimeSplit, time_split
from monitoring.domain.dataset.weights import LARGEST_WEIGHT, row_weights

__all__ = [
    "EVALUATION_ARRIVED",
    "EVALUATION_SHARE",
    "GIVEN",
    "LARGEST_WEIGHT",
    "LEARNING_PARTS",
    "NO_SOURCE",
    "SOURCES",
    "UNLABELLED",
    "WITHHELD",
    "Dataset",
    "Fold",
    "TimeSplit",
    "Week",
    "arrivals_of",
    "arrived_shares",
    "content_hash",
    "drop_known_compromised",
    "kept_for_evaluation",
    "left_out",
    "on_labelled_days",
    "on_mature_days",
    "row_weights",
    "slice_mark",
    "time_split",
    "utc_moment",
    "weeks_of",
    "weighing",
]
