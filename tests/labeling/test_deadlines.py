"""A task is due by its payments' deadlines or by its queue's minutes, whichever comes first."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling import services
from labeling.domain.calendar import Calendar
from labeling.domain.deadlines import due_at, resumes_at
from labeling.models import ClosedDay, ReviewQueue, ReviewTask, StaffedHours
from scoring.models import Disposition
from tests.labeling.payments import hold

START = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
spans = st.integers(0, 5_000).map(lambda minutes: timedelta(minutes=minutes))


@pytest.fixture
def office(db):
    """Weekdays from 9 to 17 in Berlin, an hour before UTC."""
    for weekday in range(5):
        StaffedHours.objects.create(
            weekday=weekday, begins=time(9), ends=time(17), time_zone="Europe/Berlin"
        )


def opened(now, *, minutes, amount="120") -> ReviewTask:
    hold(now=now, minutes=minutes, amount=amount)
    services.open_cases(now=now)
    return ReviewTask.objects.latest("pk")


@given(spans, spans)
def test_the_earlier_deadline_counts(held, wanted) -> None:
    due = due_at(
        disposed_at=START + held,
        opened_at=START,
        sla_minutes=int(wanted.total_seconds() // 60),
        calendar=Calendar(),
    )
    assert due == START + min(held, wanted)


@given(spans)
def test_the_wait_for_a_customer_leaves_half_of_the_time(left) -> None:
    resumed = resumes_at(now=START, disposed_at=START + left)
    assert START <= resumed <= START + left and resumed - START <= timedelta(hours=24)


@pytest.mark.django_db
def test_a_queue_may_want_it_sooner_than_the_payment_demands(now) -> None:
    ReviewQueue.objects.filter(name="high-value").update(sla_minutes=15)
    task = opened(now, minutes=45, amount="5000")
    assert (task.queue.name, task.due_at) == ("high-value", now + timedelta(minutes=15))
    assert task.items.get().due_at == now + timedelta(minutes=45)


@pytest.mark.django_db
def test_a_payment_may_demand_it_sooner_than_the_queue_wants(now) -> None:
    assert opened(now, minutes=20).due_at == now + timedelta(minutes=20)


@pytest.mark.django_db
def test_lateness_by_the_queue_disposes_of_nothing(now) -> None:
    ReviewQueue.objects.update(sla_minutes=15)
    opened(now, minutes=45)
    assert services.expire_deadlines(now=now + timedelta(minutes=44)) == 0
    assert services.expire_deadlines(now=now + timedelta(minutes=45)) == 1
    assert Disposition.objects.get().cause == "timeout"


@pytest.mark.django_db
def test_the_minutes_of_a_queue_stand_still_while_nobody_is_there(now, office) -> None:
    evening = now.replace(hour=15, minute=30)
    task = opened(evening, minutes=3 * 24 * 60)
    assert task.due_at == evening.replace(day=20, hour=8, minute=30)


@pytest.mark.django_db
def test_closed_days_do_not_count(now, office) -> None:
    ClosedDay.objects.create(day=date(2026, 11, 20), title="Bridge day")
    evening = now.replace(hour=15, minute=30)
    task = opened(evening, minutes=7 * 24 * 60)
    assert task.due_at == evening.replace(day=23, hour=8, minute=30)


@pytest.mark.django_db
def test_the_payments_own_deadline_does_not_stand_still(now, office) -> None:
    night = now.replace(hour=22)
    assert opened(night, minutes=60).due_at == night + timedelta(minutes=60)


@pytest.mark.django_db
def test_a_queue_may_count_every_minute(now, office) -> None:
    ReviewQueue.objects.update(off_hours="run")
    night = now.replace(hour=22)
    assert opened(night, minutes=24 * 60).due_at == night + timedelta(minutes=60)


@pytest.mark.django_db
def test_a_joining_payment_brings_its_own_deadline(now) -> None:
    ReviewQueue.objects.update(sla_minutes=500)
    hold(now=now, customer_id="victim", minutes=60)
    services.open_cases(now=now)
    hold(now=now, customer_id="victim", minutes=10)
    services.open_cases(now=now)
    assert ReviewTask.objects.get().due_at == now + timedelta(minutes=10)
