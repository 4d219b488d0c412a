"""Admins declare the shares of the lanes; what contradicts itself is refused."""

import pytest
from django.db import IntegrityError

from labeling.domain.queue import CHECKING_LIMIT, LANE_SHARES
from labeling.models import DeskSettings, Reviewer, ReviewQueue
from labeling.selectors.desk import desk_settings, lane_shares

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/labeling/desksettings/1/change/"


def form(**changes: int) -> dict[str, int]:
    row = DeskSettings.objects.values().get()
    percent = {name: value for name, value in row.items() if name.endswith("percent")}
    return {**percent, **changes}


def test_a_new_installation_has_the_shares_of_the_domain() -> None:
    assert lane_shares(desk_settings()) == pytest.approx(LANE_SHARES)
    assert desk_settings().checking_limit_percent / 100 == CHECKING_LIMIT


def test_an_admin_changes_the_shares(client_of, dana) -> None:
    answer = client_of(dana).post(ADDRESS, form(value_percent=20, learn_percent=17))
    assert answer.status_code == 302
    assert DeskSettings.objects.get().learn_percent == 17


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"value_percent": 31}, "must add up to 100"),
        ({"second_percent": 10, "value_percent": 26}, "more than the limit for checking"),
        ({"checking_limit_percent": 40}, "more than the limit for checking"),
        ({"audit_percent": 0, "value_percent": 42}, "greater than or equal to 1"),
        ({"novel_percent": 101}, "more than 100 percent"),
    ],
)
def test_shares_that_cannot_be_are_refused_with_the_reason(client_of, dana, changes, told) -> None:
    page = client_of(dana).post(ADDRESS, form(**changes)).content.decode()
    assert told in page
    assert DeskSettings.objects.get().value_percent == 30


def test_the_database_refuses_them_too(db) -> None:
    with pytest.raises(IntegrityError):
        DeskSettings.objects.update(value_percent=31)


def test_there_is_one_row(client_of, dana) -> None:
    assert client_of(dana).get("/admin/labeling/desksettings/add/").status_code == 403


def test_a_queue_takes_lists_of_words_only(client_of, dana) -> None:
    queue = ReviewQueue.objects.get(name="general")
    row = {"name": "general", "title": "General", "position": 1000, "sla_minutes": 60}
    lists = {"channels": '"web"', "countries": "[]", "payment_methods": "[]"}
    page = client_of(dana).post(
        f"/admin/labeling/reviewqueue/{queue.pk}/change/",
        {**row, **lists, "reserved_percent": 0},
    )
    assert "Write a list of words" in page.content.decode()


def test_an_admin_says_which_queues_somebody_works(client_of, dana, alice) -> None:
    reviewer = Reviewer.objects.create(user=alice)
    queue = ReviewQueue.objects.get(name="general")
    client_of(dana).post(
        f"/admin/labeling/reviewer/{reviewer.pk}/change/",
        {"on_duty": "on", "minutes_per_day": 360, "authority": "", "queues": [queue.pk]},
    )
    assert list(reviewer.queues.all()) == [queue]
