"""Labelled payments with their vectors, known as of a moment."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from monitoring.domain.dataset import (
    EVALUATION_ARRIVED,
    LEARNING_PARTS,
    Dataset,
    TimeSplit,
    arrivals_of,
    on_mature_days,
    time_split,
)
from monitoring.domain.delays import DelayCurve
from monitoring.models import TrainingRun
from monitoring.selectors.dataset import last_payment_at, payments_between
from monitoring.services.training.progress import Progress
from monitoring.services.vectors import GatheredVectors, gather_vectors
from scoring.domain.errors import Problem
from scoring.models import FeatureSetVersion

LONGEST_WINDOW = timedelta(days=365)
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, eq=False)
class Window:
    """All payments of [start, end) as they were known at `as_of`.

    `mature` (n,) are those of days whose labels are in; `arrivals` says how late frauds become
    known, None where too few are old enough to say it.
    """

    start: datetime
    end: datetime
    as_of: datetime
    payments: Dataset
    arrivals: DelayCurve | None
    mature: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Material:
    """Labelled payments (n,) of a window with their vectors and the periods they fall into.

    `labelled_share` is the share of all payments of those days that has a label.
    """

    window: Window
    dataset: Dataset
    vectors: GatheredVectors
    split: TimeSplit
    labelled_share: float

    @property
    def values(self) -> NDArray[np.float32]:
        """The vectors (n, k)."""
        return self.vectors.values

    def rows(self, part: str) -> NDArray[np.bool_]:
        """Which payments (n,) a part takes: of the evaluation slice, only the test any."""
        within = self.split.part(part, self.dataset.occurred_at)
        return within & ~self.dataset.evaluation_only if part in LEARNING_PARTS else within

    def counts(self, part: str) -> dict[str, int]:
        """Rows and frauds that a part takes."""
        labels = self.dataset.labels[self.rows(part)]
        return {"rows": len(labels), "frauds": int((labels == 1).sum())}

    @property
    def withheld(self) -> NDArray[np.bool_]:
        """Which payments (n,) a part would have learned from, were they not in the slice."""
        learning = np.zeros(len(self.dataset), dtype=bool)
        for part in LEARNING_PARTS:
            learning |= self.split.part(part, self.dataset.occurred_at)
        return learning & self.dataset.evaluation_only


def gather(
    training_run: TrainingRun, feature_set: FeatureSetVersion, progress: Progress, as_of: datetime
) -> Material:
    """Return what a run learns from and is tested on.

    Of days on which at least 0.95 of the frauds to be expected are known: the test needs that, and
    it comes last, so what teaches is older still. Raises `Problem`: `no_payments`, `no_labels`,
    `window_too_short`.
    """
    progress.step("Reading payments and labels", 0.01)
    window = _window(training_run, as_of)
    usable = window.payments.where(window.mature)
    labelled = usable.labelled()
    if len(labelled) == 0:
        raise Problem("no_labels", "No day in this window has labels for half of its payments.")
    split = _split(labelled, window, timedelta(days=training_run.options["label_delay_days"]))
    count = progress.counter("Computing features", 0.05, 0.5, len(labelled))
    vectors = gather_vectors(labelled, feature_set, progress=count)
    return Material(window, labelled, vectors, split, len(labelled) / len(usable))


def window_of(
    *, start: datetime | None, end: datetime | None, as_of: datetime, arrived: float
) -> Window:
    """Return the payments of a window; without a start those of the year before its end."""
    until = min(end, as_of) if end else as_of
    last = last_payment_at(until, as_of=as_of) or until
    begin = start or last - LONGEST_WINDOW
    payments = payments_between(begin, last + INSTANT, as_of=as_of)
    arrivals = arrivals_of(payments, as_of=as_of)
    mature = on_mature_days(payments, arrivals, as_of=as_of, arrived=arrived)
    return Window(begin, last + INSTANT, as_of, payments, arrivals, mature)


def _window(training_run: TrainingRun, as_of: datetime) -> Window:
    start, end = (
        moment and datetime.fromisoformat(moment)
        for moment in (training_run.options["window_from"], training_run.options["window_until"])
    )
    window = window_of(start=start, end=end, as_of=as_of, arrived=EVALUATION_ARRIVED)
    if len(window.payments) == 0:
        raise Problem("no_payments", "There are no payments to learn from yet.")
    return window


def _split(labelled: Dataset, window: Window, delay: timedelta) -> TimeSplit:
    first, after = _midnight(labelled, 0), _midnight(labelled, -1) + DAY
    try:
        return time_split(first, after, delay=delay)
    except Problem as problem:
        young = (window.end - after) // DAY
        if young < 1:
            raise
        raise Problem(
            problem.code,
            f"{problem.message} The last {young} days of the window do not count yet: labels"
            " for half of their payments, or 95 % of their frauds, are still to come.",
        ) from problem


def _midnight(dataset: Dataset, place: int) -> datetime:
    """The start of the day of one payment."""
    return datetime(1970, 1, 1, tzinfo=UTC) + int(dataset.days[place]) * DAY
