"""The report says what the scores promise, and how their last promise ended."""

from datetime import UTC, datetime, timedelta

import pytest

from labeling.domain.maturing import MATURE_AFTER
from monitoring.models import HourlyRollup
from monitoring.selectors.score_sums import score_sums
from monitoring.services.reports import run_report
from monitoring.services.rollups import roll_up
from tests.monitoring.decided import Answers, add_decided

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
LONG_AGO = NOON - MATURE_AFTER - 2 * DAY


def a_day(at: datetime, *, approved_frauds: int = 4) -> None:
    """Scores are 0.02 where approved, 0.5 where reviewed, 0.95 where blocked."""
    found = Answers(fraud=approved_frauds, legitimate=200 - approved_frauds)
    add_decided("approve", 1_000, at=at, answers=found, propensity=0.2)
    add_decided("review", 40, at=at, answers=Answers(fraud=20, legitimate=20))
    add_decided("block", 20, at=at, answers=Answers(fraud=19, legitimate=1), propensity=1.0)


def expected(**options):
    return run_report(kind="performance", now=NOON, **options).body["expected"]


def test_the_expectation_is_made_of_the_scores_alone() -> None:
    a_day(NOON - DAY, approved_frauds=180)
    body = expected()
    assert body["scored"] == 1_060
    assert body["rates"]["precision"]["expected"] == pytest.approx((20 + 19) / 60)
    assert body["rates"]["recall"]["expected"] == pytest.approx(39 / (39 + 20))
    assert body["rates"]["approved_frauds"]["expected"] == pytest.approx(20)
    assert "fpr" not in body["rates"]


def test_without_a_matured_window_it_says_that_it_was_never_checked() -> None:
    a_day(NOON - DAY)
    last = expected()["last"]
    assert last["rates"] == {}
    assert "not been checked yet" in last["refused"]


def test_scores_that_were_right_last_time_are_within_the_interval() -> None:
    a_day(LONG_AGO)
    a_day(NOON - DAY)
    precision = expected()["last"]["rates"]["precision"]
    assert precision["expected"] == pytest.approx(39 / 60)
    assert precision["estimate"]["estimate"] == pytest.approx(39 / 60)
    assert precision["outside"] is False


def test_scores_that_were_wrong_last_time_show_their_error() -> None:
    """They promised a fraud in fifty approvals; it was one in five."""
    a_day(LONG_AGO, approved_frauds=40)
    a_day(NOON - DAY)
    recall = expected()["last"]["rates"]["recall"]
    assert recall["expected"] == pytest.approx(39 / 59)
    assert recall["estimate"]["estimate"] == pytest.approx(39 / 239)
    assert recall["difference"] == pytest.approx(39 / 59 - 39 / 239)
    assert recall["outside"] is True


def test_hours_counted_before_the_sums_were_kept_are_unknown_and_then_counted_anew() -> None:
    a_day(NOON - DAY)
    roll_up(now=NOON)
    HourlyRollup.objects.update(scored=None, expected_frauds=None, expected_variance=None)
    assert score_sums(start=NOON - 2 * DAY, end=NOON) is None
    assert roll_up(now=NOON) == 1
    flagged, approved = score_sums(start=NOON - 2 * DAY, end=NOON)
    assert (flagged.payments, approved.payments) == (60, 1_000)
    assert approved.frauds == pytest.approx(20)
    assert approved.variance == pytest.approx(1_000 * 0.02 * 0.98)
