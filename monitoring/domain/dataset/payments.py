"""Payments with what was known of them, and which days of them are labelled."""

from collections import Counter
from dataclasses import dataclass, fields
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from labeling.domain.resolution import STRENGTHS
from monitoring.domain.dataset.weights import row_weights

Floats = NDArray[np.float64]
Integers = NDArray[np.int8]
Codes = NDArray[np.int64]
Times = NDArray[np.datetime64]
Booleans = NDArray[np.bool_]

# A day counts as labelled when so many of its payments are: younger days hold frauds only.
LABELLED_SHARE = 0.5
# Days with less than this share of the median day carry no weight of their own.
QUIET_SHARE = 0.1
UNLABELLED = -1
SOURCES = tuple(STRENGTHS)
NO_SOURCE = -1
# Why a payment has no label to learn from: its fraud is its own customer's, the claims about it
# leave it open, or nobody has said anything and silence says nothing yet.
WITHHELD = ("first_party", "unresolved", "silent")
GIVEN = -1


@dataclass(frozen=True, eq=False)
class Dataset:
    """Payments (n,) of a window in the order of time, with what is known of them.

    `occurred_at` is UTC in microseconds, `labels` 1 fraud, 0 legitimate, -1 not known; `amounts`
    are in the reporting currency; `cards` are codes of the card, else the customer;
    `propensities` are the probabilities of labels drawn by lot, NaN for all others; `sources` are
    places in SOURCES, -1 for none. `known_at` is when the label was first claimed, NaT where it is
    nobody's claim. `withheld` are places in WITHHELD, -1 where there is a label. `evaluation_only`
    are the payments of entities that no model learns from (`slices`).
    """

    transaction_ids: Codes
    occurred_at: Times
    labels: Integers
    amounts: Floats
    cards: Codes
    propensities: Floats
    blocked: Booleans
    sources: Integers
    known_at: Times
    withheld: Integers
    evaluation_only: Booleans

    def __len__(self) -> int:
        return len(self.transaction_ids)

    def where(self, mask: Booleans) -> "Dataset":
        """The payments for which `mask` (n,) is true."""
        return Dataset(*(getattr(self, field.name)[mask] for field in fields(self)))

    def labelled(self) -> "Dataset":
        """The payments that are fraud or legitimate."""
        return self.where(self.labels != UNLABELLED)

    @property
    def frauds(self) -> int:
        """How many payments are fraud."""
        return int((self.labels == 1).sum())

    @property
    def weights(self) -> Floats:
        """How much each payment (n,) counts."""
        return row_weights(self.propensities)

    @property
    def days(self) -> Codes:
        """The day (n,) of each payment, counted from 1970-01-01 UTC."""
        return self.occurred_at.astype("datetime64[D]").astype(np.int64)

    def source_counts(self) -> dict[str, int]:
        """How many labels each source gave."""
        counts = Counter(self.sources[self.labels != UNLABELLED].tolist())
        return {SOURCES[place]: counts[place] for place in sorted(counts) if place != NO_SOURCE}


def on_labelled_days(dataset: Dataset) -> Booleans:
    """Which payments (n,) lie on days whose labels are in.

    Payments that we blocked do not count: most of them never get a label. Nor does a day with
    hardly any payments: a period of such days would judge a model by a handful of rows.
    """
    _, day = np.unique(dataset.days, return_inverse=True)
    size = int(day.max()) + 1 if len(day) else 0
    open_days = day[~dataset.blocked]
    total = np.bincount(open_days, minlength=size)
    known = np.bincount(
        open_days, weights=dataset.labels[~dataset.blocked] != UNLABELLED, minlength=size
    )
    usual = np.median(total[total > 0]) if total.any() else 0
    full = (known >= LABELLED_SHARE * np.maximum(total, 1)) & (total >= QUIET_SHARE * usual)
    mask: Booleans = full[day]
    return mask


def utc_moment(moment: datetime) -> np.datetime64:
    """The same moment as numpy knows it: UTC without saying so."""
    return np.datetime64(int(moment.timestamp() * 1_000_000), "us")
