"""GET cases/ refuses what it would have to ignore: a filter that is misspelt hides payments."""

import pytest
from django.utils import timezone

from labeling import services
from tests.labeling.payments import hold

pytestmark = pytest.mark.django_db
URL = "/api/v1/cases/"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"lane": "urgent"}, "unknown_choice"),
        ({"held": "yes"}, "unknown_choice"),
        ({"after": "next"}, "invalid"),
        ({"after": "-1.0.0.0"}, "invalid"),
        ({"after": "9" * 5000}, "invalid"),
        ({"channel": "w\0eb"}, "control_character"),
        ({"queue": "q" * 51}, "too_long"),
    ],
)
def test_a_filter_that_means_nothing_is_refused(desk, query, code):
    answer = desk.get(URL, query)
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["field"], error["code"]) == (next(iter(query)), code)


@pytest.mark.parametrize("held", ["1", "true"])
def test_what_somebody_holds_is_listed_where_it_is_asked_for(desk, held):
    hold(now=timezone.now())
    services.open_cases(now=timezone.now())
    desk.post("/api/v1/tasks/claim/")
    assert desk.get(URL, {"held": "0", "lane": "", "after": ""}).json()["results"] == []
    assert len(desk.get(URL, {"held": held}).json()["results"]) == 1


def test_a_cursor_from_nowhere_begins_at_the_beginning(client_of, lea):
    assert client_of(lea).get("/queue/", {"after": "9" * 5000}).status_code == 200
