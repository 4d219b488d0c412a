"""Hourly rollups count every decision once."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from monitoring.models import HourlyRollup
from monitoring.selectors.rollups import (
    hourly_decisions,
    score_histogram,
    stratum_counts,
    volumes,
    window_counts,
)
from monitoring.services.rollups import roll_up
from tests.monitoring.decided import Answers, add_decided

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_decisions_are_counted_by_hour_outcome_and_stratum() -> None:
    add_decided("approve", 3, at=NOON - HOUR)
    add_decided("approve", 2, at=NOON - HOUR, band="s2:a1")
    add_decided("block", 1, at=NOON, answers=Answers(fraud=1), base_amount="900.00")
    assert roll_up(now=NOON) == 2
    rows = HourlyRollup.objects.order_by("hour", "stratum").values_list(
        "hour", "outcome", "stratum", "decisions", "audited", "base_amount"
    )
    assert list(rows) == [
        (NOON - HOUR, "approve", "approve:s1:a1", 3, 0, Decimal("150.00")),
        (NOON - HOUR, "approve", "approve:s2:a1", 2, 0, Decimal("100.00")),
        (NOON, "block", "block:s1:a1", 1, 1, Decimal("900.00")),
    ]


def test_counting_twice_changes_nothing() -> None:
    add_decided("approve", 3, at=NOON)
    roll_up(now=NOON)
    before = list(HourlyRollup.objects.values())
    assert roll_up(now=NOON + HOUR) == 0
    assert list(HourlyRollup.objects.values()) == before


def test_an_hour_at_the_edge_of_what_is_looked_at_stays_counted() -> None:
    add_decided("approve", 3, at=NOON - timedelta(days=2) + timedelta(minutes=10))
    add_decided("approve", 2, at=NOON - timedelta(days=2) + timedelta(minutes=50))
    roll_up(now=NOON)
    assert roll_up(now=NOON + timedelta(minutes=30)) == 0
    assert window_counts(start=NOON - timedelta(days=3), end=NOON).decisions == 5


def test_an_hour_that_got_more_decisions_is_counted_anew() -> None:
    add_decided("approve", 3, at=NOON)
    add_decided("approve", 4, at=NOON - HOUR)
    roll_up(now=NOON)
    add_decided("approve", 2, at=NOON + timedelta(minutes=59))
    assert roll_up(now=NOON + HOUR) == 1
    assert hourly_decisions(start=NOON - HOUR, end=NOON + HOUR) == {NOON - HOUR: 4, NOON: 5}


def test_an_hour_long_ago_that_was_decided_late_is_counted_by_the_next_day() -> None:
    add_decided("approve", 1, at=NOON)
    roll_up(now=NOON)
    add_decided("approve", 6, at=NOON - timedelta(days=20))
    roll_up(now=NOON + timedelta(days=1))
    assert window_counts(start=NOON - timedelta(days=30), end=NOON + HOUR).decisions == 7


def test_the_first_run_counts_all_of_history() -> None:
    add_decided("approve", 6, at=NOON - timedelta(days=900))
    assert roll_up(now=NOON) == 1


def test_probabilities_fall_into_twenty_bins_and_missing_ones_into_none() -> None:
    add_decided("approve", 3, at=NOON)  # 0.02
    add_decided("block", 2, at=NOON)  # 0.95
    roll_up(now=NOON)
    counts = score_histogram(start=NOON, end=NOON + HOUR)
    assert counts.tolist() == [3, *[0] * 18, 2]


def test_volumes_are_counted_by_day() -> None:
    add_decided("approve", 3, at=NOON - timedelta(days=1))
    add_decided("review", 1, at=NOON - timedelta(days=1, hours=2))
    add_decided("block", 2, at=NOON)
    roll_up(now=NOON)
    days = volumes(start=NOON - timedelta(days=3), end=NOON + HOUR, step="day")
    assert [(day.start.day, day.approve, day.review, day.block) for day in days] == [
        (18, 3, 1, 0),
        (19, 0, 0, 2),
    ]


def test_hours_outside_of_the_window_do_not_count() -> None:
    add_decided("review", 5, at=NOON - HOUR)
    add_decided("review", 7, at=NOON)
    roll_up(now=NOON)
    (only,) = stratum_counts(start=NOON, end=NOON + HOUR)
    assert only.decisions == 7


def test_a_quiet_window_counts_nothing() -> None:
    counts = window_counts(start=NOON, end=NOON + HOUR)
    assert (counts.decisions, counts.amount, counts.first) == (0, 0, None)
