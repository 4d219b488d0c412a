"""What a dataset holds: its hash, its weeks, and what was left out."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from monitoring.domain.dataset.payments import (
    UNLABELLED,
    WITHHELD,
    Booleans,
    Codes,
    Dataset,
    Floats,
)
from monitoring.domain.dataset.weights import LARGEST_WEIGHT

MONDAY = 3  # 1970-01-01 was a Thursday


@dataclass(frozen=True, slots=True)
class Week:
    """The payments of one week from Monday on.

    `arrived` is the share of the frauds to be expected that is known of its last day with
    payments, None where nobody knows; `used` are payments that the dataset holds.
    """

    start: date
    payments: int
    labelled: int
    frauds: int
    arrived: float | None
    used: int


def content_hash(dataset: Dataset) -> str:
    """SHA-256 of the payments' ids, labels and weights, in the order of their ids.

    The same payments with the same labels give the same hash, in whatever order they come. Ids are
    8 bytes, labels 1, weights 8 (IEEE 754), least significant first, one column after the other.
    """
    order = np.argsort(dataset.transaction_ids, kind="stable")
    columns = (
        dataset.transaction_ids.astype("<i8"),
        dataset.labels.astype("<i1"),
        dataset.weights.astype("<f8"),
    )
    digest = hashlib.sha256()
    for column in columns:
        digest.update(column[order].tobytes())
    return digest.hexdigest()


def weeks_of(dataset: Dataset, used: Booleans, arrived: Floats | None) -> list[Week]:
    """The weeks of a window, the first one first; `used` and `arrived` are by payment (n,)."""
    week = (dataset.days + MONDAY) // 7
    numbers, place = np.unique(week, return_inverse=True)
    labelled, frauds = dataset.labels != UNLABELLED, dataset.labels == 1
    counts = [_counted(place, mask, len(numbers)) for mask in (labelled, frauds, used)]
    total = np.bincount(place, minlength=len(numbers))
    lowest = np.ones(len(numbers))
    if arrived is not None:
        np.minimum.at(lowest, place, arrived)
    return [
        Week(
            start=date(1970, 1, 1) + timedelta(days=int(number) * 7 - MONDAY),
            payments=int(total[at]),
            labelled=int(counts[0][at]),
            frauds=int(counts[1][at]),
            arrived=None if arrived is None else float(lowest[at]),
            used=int(counts[2][at]),
        )
        for at, number in enumerate(numbers)
    ]


def left_out(dataset: Dataset, mature: Booleans) -> dict[str, int]:
    """How many payments of a window the dataset does not hold, by reason, each counted once.

    `immature` are labelled payments of days whose labels are not in yet.
    """
    reasons: Mapping[str, int] = {
        name: int((dataset.withheld == place).sum()) for place, name in enumerate(WITHHELD)
    }
    return {**reasons, "immature": int(((dataset.labels != UNLABELLED) & ~mature).sum())}


def weighing(dataset: Dataset) -> dict[str, float]:
    """The weights in few numbers: rows drawn by lot, those at the cap, the largest and the sum."""
    weights = dataset.weights
    return {
        "drawn": int((~np.isnan(dataset.propensities)).sum()),
        "capped": int((dataset.propensities < 1 / LARGEST_WEIGHT).sum()),
        "cap": LARGEST_WEIGHT,
        "largest": float(weights.max(initial=0.0)),
        "sum": float(weights.sum()),
    }


def _counted(place: Codes, mask: Booleans, size: int) -> Codes:
    return np.bincount(place[mask], minlength=size).astype(np.int64)
