"""Time splits: periods follow each other, share no row, and wait for late labels."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from monitoring.domain.dataset import row_weights, time_split
from scoring.domain.errors import Problem

START = datetime(2026, 1, 1, tzinfo=UTC)
PARTS = ("fit", "calibrate", "thresholds", "gap", "test")
DELAY = timedelta(days=7)


def split_of(days, delay=DELAY):
    return time_split(START, START + timedelta(days=days), delay=delay)


def hours(days):
    start = np.datetime64("2026-01-01T00:00:00", "us")
    return start + np.arange(days * 24) * np.timedelta64(1, "h")


def test_every_row_belongs_to_exactly_one_period():
    times = hours(90)
    parts = np.array([split_of(90).part(name, times) for name in PARTS])
    assert (parts.sum(axis=0) == 1).all()


def test_periods_follow_each_other():
    times = hours(90)
    ends = [times[split_of(90).part(name, times)][[0, -1]] for name in PARTS]
    for earlier, later in pairwise(ends):
        assert earlier[1] < later[0]


def test_rows_outside_belong_to_no_period():
    outside = np.array(["2025-12-31T23:59:59", "2026-04-01T00:00:00"], "datetime64[us]")
    assert not any(split_of(90).part(name, outside).any() for name in PARTS)


def test_the_gap_is_the_label_delay():
    split = split_of(90, delay=timedelta(days=11))
    assert split.test_from - split.gap_from == timedelta(days=11)


def test_a_long_history_goes_to_learning():
    split = split_of(1_000)
    assert split.days("test") == 28
    assert split.days("fit") > 900


def test_a_history_without_room_to_learn_is_refused():
    with pytest.raises(Problem, match=r"21 days are needed|20 days are needed") as refusal:
        split_of(12)
    assert refusal.value.code == "window_too_short"
    split_of(21)


def test_borders_survive_json():
    assert split_of(60).to_numbers()["fit"][0] == "2026-01-01T00:00:00+00:00"


def test_rows_drawn_by_lot_stand_for_those_that_were_not():
    weights = row_weights(np.array([np.nan, 0.5, 0.1]))
    assert weights[1] / weights[0] == pytest.approx(2)
    assert weights[2] / weights[0] == pytest.approx(10)


def test_one_rare_draw_does_not_carry_the_model():
    weights = row_weights(np.array([np.nan, 0.0001]))
    assert weights[1] / weights[0] == pytest.approx(20)


def test_what_a_row_counts_does_not_hang_on_the_others():
    alone = row_weights(np.array([np.nan]))
    assert alone[0] == row_weights(np.array([np.nan, 0.05, 0.05]))[0] == 1


def test_a_census_is_unweighted():
    assert (row_weights(np.full(4, np.nan)) == 1).all()
