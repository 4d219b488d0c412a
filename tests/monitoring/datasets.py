"""Datasets made by hand."""

from collections.abc import Iterable

import numpy as np

from monitoring.domain.dataset import GIVEN, WITHHELD, Dataset
from tests.histories import START


def dataset_of(rows: Iterable[tuple[float, int, float]]) -> Dataset:
    """Return payments of (day, label, day on which it became known), in the order of time."""
    day, label, known = (np.array(column) for column in zip(*rows, strict=True))
    number = np.arange(len(day))
    labels = label.astype(np.int8)
    return Dataset(
        transaction_ids=number,
        occurred_at=_moments(day),
        labels=labels,
        amounts=np.full(len(day), 10.0),
        cards=number,
        propensities=np.full(len(day), np.nan),
        blocked=np.zeros(len(day), bool),
        sources=np.zeros(len(day), np.int8),
        known_at=np.where(labels < 0, np.datetime64("NaT", "us"), _moments(known)),
        withheld=np.where(labels < 0, WITHHELD.index("silent"), GIVEN).astype(np.int8),
        evaluation_only=np.zeros(len(day), bool),
    )


def _moments(days: np.ndarray) -> np.ndarray:
    start = np.datetime64(START.replace(tzinfo=None), "us")
    return start + (days * 86_400_000_000).astype("timedelta64[us]")
