"""A program can take its last verdict back, as the page can."""

from datetime import timedelta

import pytest

from labeling import services
from labeling.models import PendingVerdict, ReviewTask, Verdict
from tests.labeling.payments import draw_for_audit, hold

pytestmark = pytest.mark.django_db
FRAUD = {"verdict": "fraud", "reason_code": "stolen_card"}


def write(desk, held, call: str, **body):
    body = {"token": held["token"], **body}
    return desk.post(f"/api/v1/tasks/{held['task']}/{call}/", body, format="json")


def claim(desk, clock, **payment) -> dict:
    """Hold one more payment and claim it."""
    hold(now=clock, **payment)
    services.open_cases(now=clock)
    return desk.post("/api/v1/tasks/claim/").json()


def code(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_verdict_with_seconds_to_undo_waits(clock, desk) -> None:
    held = claim(desk, clock)
    answer = write(desk, held, "verdict", undo_seconds=7, **FRAUD).json()
    pending = PendingVerdict.objects.get()
    assert pending.commits_at - pending.given_at == timedelta(seconds=7)
    assert answer == {
        "task": held["task"],
        "pending": {"commits_at": pending.commits_at.isoformat().replace("+00:00", "Z")},
        "verdicts": [],
        "linked": {"covered": [], "refused": []},
    }
    assert not Verdict.objects.exists()


@pytest.mark.parametrize("seconds", [{}, {"undo_seconds": 0}, {"undo_seconds": None}])
def test_without_them_it_counts_at_once(clock, desk, seconds) -> None:
    answer = write(desk, claim(desk, clock), "verdict", **seconds, **FRAUD).json()
    assert answer["pending"] is None
    assert [row["disposition"] for row in answer["verdicts"]] == ["decline"]


def test_a_repeated_verdict_gives_the_same_answer_until_it_is_recorded(clock, desk) -> None:
    held = claim(desk, clock)
    first = write(desk, held, "verdict", undo_seconds=10, **FRAUD)
    assert write(desk, held, "verdict", undo_seconds=10, **FRAUD).json() == first.json()
    assert services.commit_due(now=clock + timedelta(minutes=1)) == 1
    recorded = write(desk, held, "verdict", undo_seconds=10, **FRAUD).json()
    assert recorded["pending"] is None
    assert [row["verdict"] for row in recorded["verdicts"]] == ["fraud"]
    assert Verdict.objects.count() == 1


def test_the_next_verdict_ends_the_wait(clock, desk) -> None:
    write(desk, claim(desk, clock), "verdict", undo_seconds=10, **FRAUD)
    write(desk, claim(desk, clock), "verdict", verdict="legitimate")
    assert sorted(Verdict.objects.values_list("value", flat=True)) == ["fraud", "legitimate"]


def test_a_blind_verdict_counts_at_once(clock, desk) -> None:
    draw_for_audit("block", now=clock)
    services.open_cases(now=clock)
    held = desk.post("/api/v1/tasks/claim/").json()
    assert held["case"]["blind"]
    answer = write(desk, held, "verdict", undo_seconds=10, verdict="legitimate").json()
    assert answer["pending"] is None and len(answer["verdicts"]) == 1


def test_a_verdict_for_linked_payments_counts_at_once(clock, desk) -> None:
    hold(now=clock, amount="9.00", customer_id="other", device_id="D", external_id="linked")
    held = claim(desk, clock, amount="900.00", device_id="D", external_id="own")
    listed = desk.get(f"/api/v1/tasks/{held['task']}/linked/").json()["linked"]
    linked = [row["external_id"] for row in listed]
    answer = write(desk, held, "verdict", undo_seconds=10, linked=linked, **FRAUD).json()
    assert len(linked) == 1 and answer["pending"] is None
    assert [row["external_id"] for row in answer["linked"]["covered"]] == linked


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (11, "out_of_range"),
        (-1, "out_of_range"),
        (1.5, "invalid"),
        ("5", "invalid"),
        (True, "invalid"),
    ],
)
def test_other_times_to_undo_are_refused(clock, desk, value, fault) -> None:
    answer = write(desk, claim(desk, clock), "verdict", undo_seconds=value, **FRAUD)
    assert code(answer) == (400, "invalid")
    assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [("undo_seconds", fault)]
    assert not Verdict.objects.exists() and not PendingVerdict.objects.exists()


def test_an_undo_answers_a_new_lease(clock, desk) -> None:
    held = claim(desk, clock)
    write(desk, held, "verdict", undo_seconds=10, **FRAUD)
    lease = write(desk, held, "undo").json()
    task = ReviewTask.objects.get()
    assert (lease["task"], lease["token"]) == (task.pk, task.token) and task.status == "leased"
    assert lease["token"] != held["token"] and set(lease) == {"task", "token", "lease_until"}
    assert write(desk, lease, "verdict", verdict="legitimate").json()["verdicts"]


def test_a_repeated_undo_gives_the_same_lease(clock, desk) -> None:
    held = claim(desk, clock)
    write(desk, held, "verdict", undo_seconds=10, **FRAUD)
    assert write(desk, held, "undo").json() == write(desk, held, "undo").json()
    assert ReviewTask.objects.get().case.events.filter(type="verdict_undone").count() == 1


def test_an_undo_gives_back_what_was_claimed_meanwhile(clock, desk) -> None:
    held = claim(desk, clock)
    write(desk, held, "verdict", undo_seconds=10, **FRAUD)
    following = claim(desk, clock)
    assert following["task"] != held["task"]
    assert write(desk, held, "undo").status_code == 200
    assert code(write(desk, following, "extend")) == (409, "lease_lost")


def test_a_recorded_verdict_is_too_late_to_undo(clock, desk) -> None:
    held = claim(desk, clock)
    write(desk, held, "verdict", **FRAUD)
    assert code(write(desk, held, "undo")) == (409, "too_late")
    later = claim(desk, clock)
    write(desk, later, "verdict", undo_seconds=10, **FRAUD)
    services.commit_due(now=clock + timedelta(minutes=1))
    assert code(write(desk, later, "undo")) == (409, "too_late")


def test_a_stale_token_undoes_nothing(clock, desk) -> None:
    held = claim(desk, clock)
    write(desk, held, "verdict", undo_seconds=10, **FRAUD)
    assert code(write(desk, held, "undo", token=held["token"] + 1)) == (409, "lease_lost")
    assert PendingVerdict.objects.get().end == ""


def test_a_colleague_undoes_nothing(clock, desk, api_key, bob) -> None:
    held = claim(desk, clock)
    write(desk, held, "verdict", undo_seconds=10, **FRAUD)
    assert code(write(api_key("review", acts_for=bob), held, "undo")) == (409, "too_late")
    assert PendingVerdict.objects.get().end == ""


def test_there_is_nothing_to_undo_in_a_task_that_is_not_there(desk) -> None:
    assert code(write(desk, {"task": 9, "token": 1}, "undo")) == (404, "unknown_task")
