"""Admins keep the staffed hours and the queues; nobody else does."""

from datetime import date, time

import pytest

from labeling.models import ClosedDay, ReviewQueue, StaffedHours
from labeling.selectors.staffing import desk_calendar

pytestmark = pytest.mark.django_db
HOURS = "/admin/labeling/staffedhours/"
MONDAY = {"weekday": 0, "begins": "09:00", "ends": "17:00", "time_zone": "Europe/Berlin"}


def test_hours_are_added_and_count_at_once(client_of, dana) -> None:
    client_of(dana).post(f"{HOURS}add/", MONDAY)
    (shift,) = desk_calendar().shifts
    assert (shift.weekday, shift.begins, shift.ends) == (0, time(9), time(17))
    assert shift.zone == "Europe/Berlin"


@pytest.mark.parametrize("zone", ["Berlin", "", "Mars/Olympus", "../../etc/passwd"])
def test_an_unknown_time_zone_is_told(client_of, dana, zone) -> None:
    answer = client_of(dana).post(f"{HOURS}add/", {**MONDAY, "time_zone": zone})
    assert answer.status_code == 200 and not StaffedHours.objects.exists()


def test_hours_and_closed_days_may_go(client_of, dana) -> None:
    row = StaffedHours.objects.create(weekday=0, begins=time(9), ends=time(17))
    day = ClosedDay.objects.create(day=date(2026, 12, 25), title="Christmas")
    client = client_of(dana)
    client.post(f"{HOURS}{row.pk}/delete/", {"post": "yes"})
    client.post(f"/admin/labeling/closedday/{day.pk}/delete/", {"post": "yes"})
    assert not StaffedHours.objects.exists() and not ClosedDay.objects.exists()


@pytest.mark.parametrize("person", ["lea", "alice", "max_"])
def test_others_do_not_keep_the_calendar(client_of, person, request) -> None:
    answer = client_of(request.getfixturevalue(person)).post(f"{HOURS}add/", MONDAY)
    assert answer.status_code == 403 and not StaffedHours.objects.exists()


def test_a_queue_says_how_its_minutes_count_off_hours(client_of, dana) -> None:
    queue = ReviewQueue.objects.get(name="general")
    form = {
        "name": "general",
        "title": "General",
        "position": 1000,
        "channels": "[]",
        "countries": "[]",
        "payment_methods": "[]",
        "reserved_percent": 0,
        "sla_minutes": 90,
        "off_hours": "run",
    }
    client_of(dana).post(f"/admin/labeling/reviewqueue/{queue.pk}/change/", form)
    queue.refresh_from_db()
    assert (queue.sla_minutes, queue.off_hours) == (90, "run")
