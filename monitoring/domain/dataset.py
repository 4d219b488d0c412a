"""Which rows teach, which rows test, and how much each of them counts."""

from collections import Counter
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from labeling.domain.resolution import STRENGTHS
from scoring.domain.errors import Problem

Floats = NDArray[np.float64]
Integers = NDArray[np.int8]
Codes = NDArray[np.int64]
Times = NDArray[np.datetime64]
Booleans = NDArray[np.bool_]

TEST_SHARE = 0.2
THRESHOLDS_SHARE = 0.15
CALIBRATE_SHARE = 0.15
LONGEST_PART = timedelta(days=28)
LARGEST_WEIGHT = 50.0
# A day counts as labelled when so many of its payments are: younger days hold frauds only.
LABELLED_SHARE = 0.5
# Days with less than this share of the median day carry no weight of their own.
QUIET_SHARE = 0.1
UNLABELLED = -1
SOURCES = tuple(STRENGTHS)
NO_SOURCE = -1


@dataclass(frozen=True, eq=False)
class Dataset:
    """Payments (n,) of a window in the order of time, with what is known of them.

    `occurred_at` is UTC in microseconds, `labels` 1 fraud, 0 legitimate, -1 not known; `amounts`
    are in the reporting currency; `cards` are codes of the card, else the customer;
    `propensities` are the probabilities of labels drawn by lot, NaN for all others; `sources` are
    places in SOURCES, -1 for none.
    """

    transaction_ids: Codes
    occurred_at: Times
    labels: Integers
    amounts: Floats
    cards: Codes
    propensities: Floats
    blocked: Booleans
    sources: Integers

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


@dataclass(frozen=True, slots=True)
class TimeSplit:
    """Borders of five periods that follow each other and share no row.

    Fit, calibrate, choose thresholds, wait until the labels of those are in, test. A row belongs to
    the period that starts at or before it; rows before `fit_from` or from `test_until` on to none.
    """

    fit_from: datetime
    calibrate_from: datetime
    thresholds_from: datetime
    gap_from: datetime
    test_from: datetime
    test_until: datetime

    def part(self, name: str, occurred_at: Times) -> Booleans:
        """Which rows (n,) belong to `fit`, `calibrate`, `thresholds`, `gap` or `test`."""
        start, end = self._borders()[name]
        mask: Booleans = (occurred_at >= _moment(start)) & (occurred_at < _moment(end))
        return mask

    def days(self, name: str) -> float:
        """The length of a period in days."""
        start, end = self._borders()[name]
        return (end - start) / timedelta(days=1)

    def _borders(self) -> dict[str, tuple[datetime, datetime]]:
        return {
            "fit": (self.fit_from, self.calibrate_from),
            "calibrate": (self.calibrate_from, self.thresholds_from),
            "thresholds": (self.thresholds_from, self.gap_from),
            "gap": (self.gap_from, self.test_from),
            "test": (self.test_from, self.test_until),
        }

    def to_numbers(self) -> dict[str, list[str]]:
        """The borders as JSON can hold them."""
        return {
            name: [start.isoformat(), end.isoformat()]
            for name, (start, end) in self._borders().items()
        }


def time_split(start: datetime, end: datetime, *, delay: timedelta) -> TimeSplit:
    """The periods between two moments, with a gap of the label delay before the test.

    Raises `Problem` (`window_too_short`) where less than half of the time would be left to learn.
    """
    length = end - start
    test = min(length * TEST_SHARE, LONGEST_PART)
    thresholds = min(length * THRESHOLDS_SHARE, LONGEST_PART)
    calibrate = min(length * CALIBRATE_SHARE, LONGEST_PART)
    test_from = _whole_hour(end - test)
    gap_from = test_from - delay
    thresholds_from = _whole_hour(gap_from - thresholds)
    calibrate_from = _whole_hour(thresholds_from - calibrate)
    if calibrate_from - start < calibrate:
        raise Problem(
            "window_too_short",
            f"{length.days} days of history are too few: with labels that take {delay.days} days, "
            f"{_shortest_days(delay)} days are needed.",
        )
    return TimeSplit(start, calibrate_from, thresholds_from, gap_from, test_from, end)


def _whole_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _shortest_days(delay: timedelta) -> int:
    learning = 1 - TEST_SHARE - THRESHOLDS_SHARE - 2 * CALIBRATE_SHARE
    return int(delay / timedelta(days=1) / learning) + 1


def _moment(moment: datetime) -> np.datetime64:
    """The same moment as numpy knows it: UTC without saying so."""
    return np.datetime64(int(moment.timestamp() * 1_000_000), "us")


def row_weights(propensities: Floats) -> Floats:
    """How much each row counts (n,), 1 in the mean.

    `propensities` (n,) are the probabilities with which a row came to be labelled; NaN where every
    such row is labelled sooner or later. Capped at 50, because one rare draw must not carry the
    model.

    >>> row_weights(np.array([1.0, np.nan, 0.25, 0.25])).round(2).tolist()
    [0.4, 0.4, 1.6, 1.6]
    """
    if len(propensities) == 0:
        return propensities
    inverse = 1.0 / np.where(np.isnan(propensities), 1.0, propensities)
    weights = np.minimum(inverse, LARGEST_WEIGHT)
    return np.asarray(weights / weights.mean(), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Fold:
    """One train and test pair of the handbook's protocol, in whole days since some origin."""

    train_start: int
    train_days: int
    delay_days: int
    test_days: int

    @property
    def test_start(self) -> int:
        """The first test day."""
        return self.train_start + self.train_days + self.delay_days

    def train(self, days: Codes) -> Booleans:
        """Which rows (n,) train."""
        mask: Booleans = (days >= self.train_start) & (days < self.train_start + self.train_days)
        return mask

    def test(self, days: Codes) -> Booleans:
        """Which rows (n,) test, before compromised cards are dropped."""
        mask: Booleans = (days >= self.test_start) & (days < self.test_start + self.test_days)
        return mask


def drop_known_compromised(fold: Fold, days: Codes, cards: Codes, labels: Integers) -> Booleans:
    """Which rows (n,) test when cards that were known by then are no longer looked at.

    For test day k those with a fraud in the training days, and those with one on the last training
    day or on the k days after it: what a delayed label has told by then.
    """
    fraud = labels == 1
    known = np.unique(cards[fraud & fold.train(days)])
    keep = np.zeros(len(days), dtype=bool)
    for k in range(fold.test_days):
        learned = fold.train_start + fold.train_days + k - 1
        known = np.union1d(known, cards[fraud & (days == learned)])
        keep |= (days == fold.test_start + k) & ~np.isin(cards, known)
    return keep
