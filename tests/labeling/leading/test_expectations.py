"""When waiting tasks are expected to be decided, and which of them too late."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.domain.calendar import Calendar, Shift
from labeling.domain.workload import WaitingTask, expect, pace

NOW = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
SHARES = {"due_soon": 0.5, "value": 0.4, "audit": 0.1}


def waiting(id: int, *, lane="value", rank=0.0, minutes=6.0, due=None) -> WaitingTask:
    due_at = None if due is None else NOW + timedelta(minutes=due)
    return WaitingTask(id, lane, rank, minutes, due_at)


def expected(tasks, *, paces=(1.0,), calendar=None, shares=None):
    return expect(
        tasks,
        paces=paces,
        calendar=calendar or Calendar(),
        now=NOW,
        shares=shares or SHARES,
        due_soon=timedelta(minutes=30),
        timed={"value"},
    )


def minutes(found) -> dict[int, float]:
    return {one.id: (one.decided_at - NOW).total_seconds() / 60 for one in found}


def test_one_after_the_other_by_rank() -> None:
    found = expected([waiting(1, rank=1), waiting(2, rank=9), waiting(3, rank=5)])
    assert minutes(found) == {2: 6, 3: 12, 1: 18}


def test_two_people_are_twice_as_fast() -> None:
    found = expected([waiting(n) for n in range(1, 5)], paces=(1.0, 1.0))
    assert sorted(minutes(found).values()) == [6, 6, 12, 12]


def test_somebody_who_reviews_half_of_the_time_needs_twice_as_long() -> None:
    assert pace(240) == 0.5 and pace(900) == 1.0
    assert minutes(expected([waiting(1)], paces=(pace(240),))) == {1: 12}


def test_what_is_due_soon_is_not_left_to_its_rank() -> None:
    tasks = [waiting(n, rank=100 - n, due=600) for n in range(1, 20)]
    tasks.append(waiting(99, rank=0, due=20))
    (urgent,) = [one for one in expected(tasks) if one.id == 99]
    assert not urgent.late


def test_too_much_work_makes_some_of_it_late() -> None:
    found = expected([waiting(n, due=30) for n in range(1, 11)])
    assert sum(one.late for one in found) == 5


def test_the_night_helps_nobody() -> None:
    office = Calendar((Shift(3, time(9), time(12, 3)), Shift(4, time(9), time(17))))
    (one,) = expected([waiting(1, due=60)], calendar=office)
    assert one.decided_at == datetime(2026, 11, 20, 9, 3, tzinfo=UTC) and one.late


def test_where_nobody_is_on_duty_nothing_is_decided() -> None:
    (with_deadline, without) = expected([waiting(1, due=60), waiting(2)], paces=())
    assert with_deadline.late and not without.late
    assert with_deadline.decided_at is None


def test_checking_does_not_starve_working() -> None:
    tasks = [waiting(n, lane="audit") for n in range(50)]
    tasks += [waiting(100 + n, lane="value") for n in range(50)]
    first = [one.id for one in expected(tasks)][:20]
    assert sum(id < 100 for id in first) == pytest.approx(4, abs=1)


tasks_of = st.lists(
    st.builds(
        waiting,
        st.integers(1, 10_000),
        lane=st.sampled_from(["value", "audit", "second", "escalated"]),
        rank=st.floats(-5, 50),
        minutes=st.floats(1, 20),
        due=st.none() | st.integers(-60, 600),
    ),
    max_size=40,
    unique_by=lambda task: task.id,
)


@settings(max_examples=60, deadline=None)
@given(tasks_of, st.lists(st.floats(0.1, 1), max_size=4))
def test_everything_is_expected_once(tasks, paces) -> None:
    found = expected(tasks, paces=paces)
    assert sorted(one.id for one in found) == sorted(task.id for task in tasks)
    if paces and tasks:
        work = sum(task.minutes for task in tasks) / sum(paces)
        last = max(minutes(found).values())
        longest = max(task.minutes for task in tasks) / min(paces)
        assert work - 0.01 <= last <= work + longest


@settings(max_examples=60, deadline=None)
@given(tasks_of)
def test_one_more_colleague_finishes_no_later(tasks) -> None:
    if tasks:
        alone = max(minutes(expected(tasks, paces=(1.0,))).values())
        together = max(minutes(expected(tasks, paces=(1.0, 1.0))).values())
        assert together <= alone + 0.01
