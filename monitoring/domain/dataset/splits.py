"""Periods that follow each other: what a model learns from, and what tests it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitoring.domain.dataset.payments import Booleans, Times, utc_moment
from scoring.domain.errors import Problem

TEST_SHARE = 0.2
THRESHOLDS_SHARE = 0.15
CALIBRATE_SHARE = 0.15
LONGEST_PART = timedelta(days=28)
# The parts that a model takes something from: its trees, its calibration, its thresholds.
LEARNING_PARTS = ("fit", "calibrate", "thresholds")


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
        mask: Booleans = (occurred_at >= utc_moment(start)) & (occurred_at < utc_moment(end))
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
            f"{length.days} days with labels are too few: with a wait of {delay.days} days for"
            f" labels, {_shortest_days(delay)} days are needed.",
        )
    return TimeSplit(start, calibrate_from, thresholds_from, gap_from, test_from, end)


def _whole_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _shortest_days(delay: timedelta) -> int:
    learning = 1 - TEST_SHARE - THRESHOLDS_SHARE - 2 * CALIBRATE_SHARE
    return int(delay / timedelta(days=1) / learning) + 1
