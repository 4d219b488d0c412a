"""A program that judged blind sees what was kept back, and may have a second thought."""

import pytest
from django.utils import timezone

from labeling import services
from labeling.models import Label, ReasonCode, ReviewTask, Verdict
from labeling.services.revealing import WINDOW
from tests.labeling.payments import draw_for_audit, hold

pytestmark = pytest.mark.django_db


@pytest.fixture
def blind(clock, desk):
    """The claim of a payment that was blocked and drawn by lot."""
    draw_for_audit("block", now=clock, external_id="drawn")
    services.open_cases(now=clock)
    return desk.post("/api/v1/tasks/claim/").json()


def judge(desk, held, **said):
    body = {"token": held["token"], **(said or {"verdict": "legitimate"})}
    return desk.post(f"/api/v1/tasks/{held['task']}/verdict/", body, format="json")


def read(desk, held):
    return desk.get(f"/api/v1/tasks/{held['task']}/")


def change(desk, held, **body):
    return desk.post(f"/api/v1/tasks/{held['task']}/change/", body, format="json")


def code(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_task_in_hand_reads_as_its_claim(clock, desk) -> None:
    hold(now=clock)
    services.open_cases(now=clock)
    held = desk.post("/api/v1/tasks/claim/").json()
    assert read(desk, held).json() == {**held, "change_until": None, "verdicts": []}


def test_a_blind_task_in_hand_tells_no_opinion(desk, blind) -> None:
    (item,) = read(desk, blind).json()["case"]["items"]
    assert item["opinion"] is None


def test_after_the_blind_verdict_the_opinion_is_told(desk, blind) -> None:
    given = judge(desk, blind).json()
    shown = read(desk, blind).json()
    (item,) = shown["case"]["items"]
    assert item["external_id"] == "drawn"
    assert item["opinion"]["outcome"] == "block" and item["opinion"]["probability"] == 0.97
    assert shown["verdicts"] == given["verdicts"] and shown["lease_until"] is None
    done_at = ReviewTask.objects.get(pk=blind["task"]).done_at
    until = (done_at + WINDOW).isoformat().replace("+00:00", "Z")
    assert shown["change_until"] == until


def test_what_could_not_be_told_is_revealed_too(desk, blind) -> None:
    judge(desk, blind, verdict="cannot_tell")
    (item,) = read(desk, blind).json()["case"]["items"]
    assert item["external_id"] == "drawn" and item["opinion"] is not None


def test_a_second_thought_may_be_sent_again(desk, blind) -> None:
    judge(desk, blind)
    said = {"verdict": "fraud", "reason_code": "stolen_card", "note": "I see"}
    first = change(desk, blind, **said)
    assert change(desk, blind, **said).json() == first.json()
    assert Verdict.objects.count() == 2 and Label.objects.count() == 2
    for other in (
        {**said, "note": ""},
        {"verdict": "legitimate"},
        {**said, "reason_code": "other"},
    ):
        assert code(change(desk, blind, **other)) == (409, "too_late")
    assert Verdict.objects.count() == 2


def test_a_second_thought_stands_beside_the_first(desk, blind) -> None:
    judge(desk, blind)
    answer = change(desk, blind, verdict="fraud", reason_code="stolen_card", note="I see")
    assert answer.status_code == 200
    (row,) = answer.json()["verdicts"]
    assert (row["external_id"], row["verdict"]) == ("drawn", "fraud")
    first, second = Verdict.objects.order_by("pk")
    assert second.supersedes == first and (first.blind, second.blind) == (True, False)
    assert second.note == "I see"
    assert list(Label.objects.order_by("pk").values_list("value", flat=True))[-1] == "fraud"


def test_it_is_taken_once_and_then_the_task_is_over(desk, blind) -> None:
    judge(desk, blind)
    assert change(desk, blind, verdict="cannot_tell").status_code == 200
    assert code(change(desk, blind, verdict="legitimate")) == (409, "too_late")
    assert code(read(desk, blind)) == (409, "lease_lost")


def test_it_is_taken_for_ten_minutes(desk, blind) -> None:
    judge(desk, blind)
    long_ago = timezone.now() - WINDOW * 2
    ReviewTask.objects.filter(pk=blind["task"]).update(done_at=long_ago)
    assert code(change(desk, blind, verdict="legitimate")) == (409, "too_late")
    assert code(read(desk, blind)) == (409, "lease_lost")


def test_a_verdict_that_was_not_blind_has_none(clock, desk) -> None:
    hold(now=clock)
    services.open_cases(now=clock)
    held = desk.post("/api/v1/tasks/claim/").json()
    judge(desk, held)
    assert code(change(desk, held, verdict="fraud", reason_code="other")) == (409, "too_late")
    assert code(read(desk, held)) == (409, "lease_lost")


def test_a_colleague_neither_reads_nor_changes(desk, blind, api_key, bob) -> None:
    other = api_key("review", acts_for=bob)
    assert code(read(other, blind)) == (409, "lease_lost")
    judge(desk, blind)
    assert code(read(other, blind)) == (409, "lease_lost")
    assert code(change(other, blind, verdict="legitimate")) == (409, "too_late")


@pytest.mark.parametrize(
    ("body", "field", "fault"),
    [
        ({}, "verdict", "unknown_verdict"),
        ({"verdict": "fraud"}, "reason_code", "required"),
        ({"verdict": "legitimate", "token": 3}, "token", "unknown_field"),
    ],
)
def test_a_second_thought_is_checked_like_the_first(desk, blind, body, field, fault) -> None:
    judge(desk, blind)
    answer = change(desk, blind, **body)
    assert code(answer) == (400, "invalid")
    assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [(field, fault)]
    assert Verdict.objects.count() == 1


def test_no_task_is_read_or_changed_that_is_not_there(desk) -> None:
    assert code(read(desk, {"task": 9})) == (404, "unknown_task")
    assert code(change(desk, {"task": 9}, verdict="legitimate")) == (404, "unknown_task")


def test_the_reasons_in_use_are_listed_in_the_order_of_the_desk(clock, desk) -> None:
    first, *others = ReasonCode.objects.order_by("position")
    ReasonCode.objects.filter(pk=first.pk).update(retired_at=clock)
    answer = desk.get("/api/v1/reason-codes/").json()
    assert [row["code"] for row in answer["results"]] == [reason.code for reason in others]
    assert answer["results"][0] == {
        name: getattr(others[0], name) for name in ("code", "title", "definition", "fraud_type")
    }
