"""Staffed hours: which minutes count, and how long a number of them takes."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.domain.calendar import (
    Calendar,
    Shift,
    add_staffed_minutes,
    is_staffed,
    next_staffed,
    staffed_minutes,
    staffed_spans,
)

BERLIN = "Europe/Berlin"
OFFICE = Calendar(tuple(Shift(day, time(9), time(17), BERLIN) for day in range(5)))
ZONES = [BERLIN, "UTC", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "Pacific/Apia"]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    quarters = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
    shift = st.builds(Shift, st.integers(0, 6), quarters, quarters, st.sampled_from(ZONES))
    days = st.dates(date(2026, 3, 1), date(2026, 12, 31))
    return Calendar(
        tuple(draw(st.lists(shift, min_size=1, max_size=5))),
        frozenset(draw(st.lists(days, max_size=3))),
    )


moments = st.datetimes(datetime(2026, 3, 1), datetime(2026, 12, 1), timezones=st.just(UTC))
spans = st.integers(0, 30 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


def test_a_desk_without_hours_is_always_staffed() -> None:
    moment = at("2026-11-22T03:00")
    assert add_staffed_minutes(Calendar(), moment, 90) == moment + timedelta(minutes=90)
    assert is_staffed(Calendar(), moment) and next_staffed(Calendar(), moment) == moment


@pytest.mark.parametrize(
    ("moment", "minutes", "reached"),
    [
        ("2026-11-19T10:00", 60, "2026-11-19T11:00"),
        # Thursday 16:30 in Berlin: half an hour today, the other half tomorrow.
        ("2026-11-19T15:30", 60, "2026-11-20T08:30"),
        # Friday evening counts from Monday on.
        ("2026-11-20T20:00", 60, "2026-11-23T09:00"),
        # The last staffed minute ends with its shift, not with the next one's beginning.
        ("2026-11-19T15:00", 60, "2026-11-19T16:00"),
    ],
)
def test_only_staffed_minutes_count(moment, minutes, reached) -> None:
    assert add_staffed_minutes(OFFICE, at(moment), minutes) == at(reached)


def test_closed_days_do_not_count() -> None:
    calendar = Calendar(OFFICE.shifts, frozenset({date(2026, 11, 23)}))
    assert add_staffed_minutes(calendar, at("2026-11-20T20:00"), 60) == at("2026-11-24T09:00")


def test_a_night_shift_goes_on_past_midnight() -> None:
    night = Calendar((Shift(3, time(22), time(6)),))
    assert staffed_spans(night, since=at("2026-11-19T00:00"), until=at("2026-11-21T00:00")) == [
        (at("2026-11-19T22:00"), at("2026-11-20T06:00"))
    ]


def test_two_desks_on_two_continents_make_one_long_day() -> None:
    follow = Calendar(
        (Shift(3, time(9), time(17), BERLIN), Shift(3, time(11), time(19), "America/New_York"))
    )
    assert staffed_spans(follow, since=at("2026-11-19T00:00"), until=at("2026-11-20T12:00")) == [
        (at("2026-11-19T08:00"), at("2026-11-20T00:00"))
    ]


def test_the_night_the_clocks_go_back_has_an_hour_more() -> None:
    whole = Calendar(tuple(Shift(day, time(0), time(0), BERLIN) for day in range(7)))
    night = Calendar((Shift(5, time(22), time(6), BERLIN),))
    since, until = at("2026-10-24T12:00"), at("2026-10-25T12:00")
    assert staffed_minutes(night, since=since, until=until) == 9 * 60
    assert staffed_minutes(whole, since=since, until=until) == 24 * 60


def test_a_desk_that_is_never_staffed_reaches_nothing() -> None:
    shift = Shift(0, time(9), time(17))
    days = (date(2026, 1, 1) + timedelta(days=number) for number in range(800))
    never = Calendar((shift,), frozenset(days))
    assert add_staffed_minutes(never, at("2026-11-19T10:00"), 1) is None
    assert next_staffed(never, at("2026-11-19T10:00")) is None


@settings(max_examples=40, deadline=None)
@given(calendars(), moments, st.integers(0, 2_000))
def test_so_many_staffed_minutes_lie_between(calendar, moment, minutes) -> None:
    reached = add_staffed_minutes(calendar, moment, minutes)
    if reached is not None:
        assert staffed_minutes(calendar, since=moment, until=reached) == pytest.approx(minutes)
        earlier = reached - timedelta(minutes=1)
        if minutes:
            assert staffed_minutes(calendar, since=moment, until=earlier) < minutes


@settings(max_examples=40, deadline=None)
@given(calendars(), moments, st.integers(0, 900), st.integers(0, 900))
def test_minutes_add_up(calendar, moment, first, second) -> None:
    reached = add_staffed_minutes(calendar, moment, first + second)
    if reached is not None:  # from halfway, one looks further ahead
        halfway = add_staffed_minutes(calendar, moment, first)
        assert halfway is not None
        assert add_staffed_minutes(calendar, halfway, second) == reached


@settings(max_examples=40, deadline=None)
@given(calendars(), moments, moments, st.integers(0, 900))
def test_who_starts_later_is_done_later(calendar, moment, other, minutes) -> None:
    early, late = (add_staffed_minutes(calendar, m, minutes) for m in sorted((moment, other)))
    if early is not None and late is not None:
        assert early <= late


@settings(max_examples=40, deadline=None)
@given(calendars(), moments, spans, spans)
def test_spans_are_ordered_apart_and_split_anywhere(calendar, since, first, second) -> None:
    middle, until = since + first, since + first + second
    found = staffed_spans(calendar, since=since, until=until)
    assert all(since <= begins < ends <= until for begins, ends in found)
    assert all(one[1] < other[0] for one, other in pairwise(found))
    parts = staffed_minutes(calendar, since=since, until=middle) + staffed_minutes(
        calendar, since=middle, until=until
    )
    assert staffed_minutes(calendar, since=since, until=until) == pytest.approx(parts)
