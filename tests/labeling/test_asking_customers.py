"""Asking the customer from the case page and over REST."""

import pytest
from django.utils import timezone

from labeling import services
from labeling.models import CaseEvent, ReviewTask
from tests.labeling.payments import hold

pytestmark = pytest.mark.django_db
QUESTION = "Did you buy three laptops on Tuesday?"


@pytest.fixture
def task(alice):
    """Alice's task; pages and calls look at the real clock, so it is made now."""
    clock = timezone.now()
    hold(now=clock)
    services.open_cases(now=clock)
    return services.claim_task(reviewer=alice, now=clock)


def test_the_page_offers_it_by_button_and_key(task, alice, client_of) -> None:
    page = client_of(alice).get(f"/tasks/{task.pk}/").content.decode()
    assert "Set aside and ask" in page and 'data-key="q"' in page


def test_the_page_sets_aside_and_goes_on(task, alice, client_of) -> None:
    sent = {"token": task.token, "reason": QUESTION}
    answer = client_of(alice).post(f"/tasks/{task.pk}/wait/", sent)
    assert answer["Location"] == "/queue/"
    assert ReviewTask.objects.get().status == "waiting"
    assert CaseEvent.objects.get(type="waiting_customer").data["question"] == QUESTION


def test_without_a_question_the_case_stays(task, alice, client_of) -> None:
    answer = client_of(alice).post(f"/tasks/{task.pk}/wait/", {"token": task.token, "reason": " "})
    assert answer.status_code == 400
    assert "Say what the customer should be asked." in answer.content.decode()
    assert ReviewTask.objects.get().status == "leased"


def test_who_set_it_aside_is_told_where_it_is(task, alice, client_of) -> None:
    client = client_of(alice)
    client.post(f"/tasks/{task.pk}/wait/", {"token": task.token, "reason": QUESTION})
    page = client.get(f"/tasks/{task.pk}/").content.decode()
    assert "This case waits for its customer." in page


def test_the_case_says_what_was_asked(task, alice, client_of) -> None:
    client = client_of(alice)
    client.post(f"/tasks/{task.pk}/wait/", {"token": task.token, "reason": QUESTION})
    page = client.get(f"/cases/{task.case_id}/").content.decode()
    assert "Waiting for the customer" in page and QUESTION in page


def test_programs_set_aside_too(task, desk) -> None:
    answer = desk.post(
        f"/api/v1/tasks/{task.pk}/wait/",
        {"token": task.token, "question": QUESTION},
        format="json",
    )
    assert answer.status_code == 200
    task.refresh_from_db()
    assert answer.json() == {
        "task": task.pk,
        "case": task.case_id,
        "resume_at": task.resume_at.isoformat().replace("+00:00", "Z"),
    }


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"question": QUESTION}, 400, "invalid"),
        ({"token": 1}, 400, "invalid"),
        ({"token": 1, "question": 5}, 400, "invalid"),
        ({"token": 1, "reason": QUESTION}, 400, "invalid"),
        ({"token": 99, "question": QUESTION}, 409, "lease_lost"),
    ],
)
def test_programs_are_told_what_is_wrong(task, desk, body, status, code) -> None:
    answer = desk.post(f"/api/v1/tasks/{task.pk}/wait/", body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert ReviewTask.objects.get().status == "leased"
