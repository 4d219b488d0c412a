"""The review desk for programs."""

import pytest
from django.utils import timezone

from labeling import services
from labeling.models import Label, ReviewTask, Verdict
from tests.labeling.payments import draw_for_audit, hold
from tests.labeling.support import appeal, decline, say

pytestmark = pytest.mark.django_db


def write(desk, task_id: int, call: str, **body):
    return desk.post(f"/api/v1/tasks/{task_id}/{call}/", body, format="json")


def claim(desk) -> dict:
    answer = desk.post("/api/v1/tasks/claim/")
    assert answer.status_code == 200
    return answer.json()


def test_a_claim_answers_with_token_lease_and_case(clock, desk) -> None:
    payment = hold(now=clock, amount="1284.00")
    services.open_cases(now=clock)
    claimed = claim(desk)
    assert set(claimed) == {"task", "token", "lease_until", "case"}
    (item,) = claimed["case"]["items"]
    assert (item["external_id"], item["new"]) == (payment.external_id, False)
    assert item["opinion"]["probability"] == 0.71
    assert item["opinion"]["reason_codes"][0]["contribution"] == 1.96


def test_a_claim_of_nothing_has_no_content(desk) -> None:
    assert desk.post("/api/v1/tasks/claim/").status_code == 204


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"queue": "general"}, "queue", "unknown_field"),
        ([], "", "invalid"),
        ("value", "", "invalid"),
    ],
)
def test_a_claim_that_asks_for_something_is_refused(clock, desk, body, field, code) -> None:
    hold(now=clock)
    services.open_cases(now=clock)
    answer = desk.post("/api/v1/tasks/claim/", body, format="json")
    assert answer.status_code == 400
    assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [(field, code)]
    assert not ReviewTask.objects.filter(status="leased").exists()


def test_a_claim_with_an_empty_object_is_a_claim(desk) -> None:
    assert desk.post("/api/v1/tasks/claim/", {}, format="json").status_code == 204


@pytest.mark.parametrize("call", ["skip", "escalate"])
@pytest.mark.parametrize(("reason", "code"), [("x" * 201, "too_long"), ("  ", "required")])
def test_a_reason_is_neither_missing_nor_an_essay(clock, desk, call, reason, code) -> None:
    hold(now=clock)
    services.open_cases(now=clock)
    claimed = claim(desk)
    answer = write(desk, claimed["task"], call, token=claimed["token"], reason=reason)
    assert [error["code"] for error in answer.json()["errors"]] == [code]


def test_a_second_claim_gives_the_same_lease(clock, desk) -> None:
    hold(now=clock)
    hold(now=clock)
    services.open_cases(now=clock)
    assert claim(desk)["token"] == claim(desk)["token"]
    assert ReviewTask.objects.filter(status="leased").count() == 1


def test_a_verdict_is_recorded_once_however_often_it_is_sent(clock, desk) -> None:
    payment = hold(now=clock)
    services.open_cases(now=clock)
    claimed = claim(desk)
    sent = {"token": claimed["token"], "verdict": "fraud", "reason_code": "stolen_card"}
    first = write(desk, claimed["task"], "verdict", **sent)
    again = write(desk, claimed["task"], "verdict", **sent)
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert first.json()["verdicts"] == [
        {
            "item": claimed["case"]["items"][0]["id"],
            "external_id": payment.external_id,
            "verdict": "fraud",
            "disposition": "decline",
        }
    ]
    assert Label.objects.count() == 1


def test_payments_can_be_judged_one_by_one(clock, desk) -> None:
    good, bad = (hold(now=clock, customer_id="victim") for _ in range(2))
    services.open_cases(now=clock)
    claimed = claim(desk)
    items = [
        {"external_id": good.external_id, "verdict": "legitimate"},
        {"external_id": bad.external_id, "verdict": "fraud", "reason_code": "other"},
    ]
    answer = write(desk, claimed["task"], "verdict", token=claimed["token"], items=items)
    assert [row["disposition"] for row in answer.json()["verdicts"]] == ["release", "decline"]


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("verdict", {"verdict": "legitimate"}),
        ("release", {}),
        ("extend", {}),
        ("skip", {"reason": "Not mine"}),
        ("escalate", {"reason": "Too large"}),
    ],
)
def test_a_stale_token_is_lease_lost(clock, desk, call, body) -> None:
    hold(now=clock)
    services.open_cases(now=clock)
    claimed = claim(desk)
    write(desk, claimed["task"], "release", token=claimed["token"])
    claim(desk)
    answer = write(desk, claimed["task"], call, token=claimed["token"], **body)
    assert (answer.status_code, answer.json()["code"]) == (409, "lease_lost")
    assert not Verdict.objects.exists()


def test_extending_answers_with_the_new_end(clock, desk) -> None:
    hold(now=clock)
    services.open_cases(now=clock)
    claimed = claim(desk)
    answer = write(desk, claimed["task"], "extend", token=claimed["token"])
    assert answer.status_code == 200
    assert answer.json()["lease_until"] > claimed["lease_until"]


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"verdict": "legitimate"}, "token", "required"),
        ({"token": "1", "verdict": "legitimate"}, "token", "required"),
        ({"token": 1, "verdict": "guilty"}, "verdict", "unknown_verdict"),
        ({"token": 1, "verdict": "fraud", "sure": True}, "sure", "unknown_field"),
        ({"token": 1, "verdict": "fraud", "items": "all"}, "items", "invalid"),
        ({"token": 1, "verdict": "legitimate", "note": 7}, "note", "invalid"),
        ({"token": 1, "verdict": "fraud"}, "reason_code", "required"),
    ],
)
def test_a_wrong_body_is_told_field_by_field(clock, desk, body, field, code) -> None:
    hold(now=clock)
    services.open_cases(now=clock)
    claimed = claim(desk)
    answer = desk.post(f"/api/v1/tasks/{claimed['task']}/verdict/", body, format="json")
    assert answer.status_code == 400
    assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [(field, code)]


def test_an_unknown_task_is_not_found(desk) -> None:
    answer = write(desk, 999999, "release", token=1)
    assert answer.status_code == 404


def test_a_blind_claim_keeps_the_opinion_back(clock, desk) -> None:
    draw_for_audit("block", now=clock)
    services.open_cases(now=clock)
    case = claim(desk)["case"]
    assert case["blind"] and case["items"][0]["opinion"] is None
    assert case["why"] == "Selected for review."


def test_the_list_names_no_lane_of_a_blind_task(clock, desk) -> None:
    draw_for_audit("block", now=clock)
    hold(now=clock)
    services.open_cases(now=clock)
    rows = desk.get("/api/v1/cases/").json()["results"]
    assert sorted(row["lane"] for row in rows) == ["blind", "value"]


def test_a_long_list_goes_on_behind_its_cursor(clock, desk) -> None:
    for _ in range(60):
        hold(now=clock)
    services.open_cases(now=clock)
    first = desk.get("/api/v1/cases/").json()
    second = desk.get("/api/v1/cases/", {"after": first["after"]}).json()
    seen = [row["task"] for row in first["results"] + second["results"]]
    assert len(seen) == len(set(seen)) == 60 and second["after"] is None


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ({"lanes": "value"}, "lanes", "unknown_field"),
        ({"page_size": "1000"}, "page_size", "unknown_field"),
        ({"after": "1.2.3"}, "after", "invalid"),
        ({"lane": "value", "after": "0.1.0.0.0"}, "after", "invalid"),
        ({"lane": "escalated", "after": "5"}, "after", "invalid"),
    ],
)
def test_a_list_that_was_not_asked_for_is_not_given(desk, query, field, code) -> None:
    answer = desk.get("/api/v1/cases/", query)
    assert answer.status_code == 400
    assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [(field, code)]


@pytest.mark.parametrize("scope", ["decisions:read", "labels:write"])
def test_another_scope_does_not_open_the_desk(api_key, alice, scope) -> None:
    client = api_key(scope, acts_for=alice)
    assert client.post("/api/v1/tasks/claim/").status_code == 403


def test_a_key_that_acts_for_nobody_who_reviews_is_refused(api_key, sam) -> None:
    client = api_key("review", acts_for=sam)
    assert client.post("/api/v1/tasks/claim/").status_code == 403


def test_support_and_outsiders_are_refused_in_the_browser(sam, charlie, client_of) -> None:
    for person in (sam, charlie):
        assert client_of(person).get("/api/v1/cases/").status_code == 403
        assert client_of(person).get("/queue/").status_code == 403


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"note": "a\0b"}, "note", "control_character"),
        ({"reason_code": "\0"}, "reason_code", "control_character"),
        ({"items": [{"external_id": "a\0b"}]}, "external_id", "control_character"),
        ({"items": [{"external_id": 7}]}, "external_id", "invalid"),
        ({"items": [{"id": True}]}, "id", "invalid"),
        ({"items": [{}]}, "items", "required"),
        ({"items": [{"id": 2**64 - 1}]}, "items", "unknown_item"),
        ({"items": []}, "items", "unknown_item"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_field(clock, desk, fields, field, code) -> None:
    hold(now=clock)
    services.open_cases(now=clock)
    claimed = claim(desk)
    sent = {"token": claimed["token"], "verdict": "legitimate", **fields}
    answer = write(desk, claimed["task"], "verdict", **sent)
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["field"], error["code"]) == (field, code)
    assert Verdict.objects.count() == 0


def test_linked_payments_are_listed_and_covered(clock, desk, bob) -> None:
    hold(now=clock, amount="900.00", device_id="phone")
    linked = hold(now=clock, device_id="phone")
    services.open_cases(now=clock)
    claimed = claim(desk)
    (listed,) = desk.get(f"/api/v1/tasks/{claimed['task']}/linked/").json()["linked"]
    assert (listed["external_id"], listed["shares"]) == (linked.external_id, ["device", "merchant"])
    assert (listed["if_fraud"], listed["if_legitimate"]) == ("decline", "release")
    assert listed["refused"] is None
    sent = {"token": claimed["token"], "verdict": "legitimate", "linked": [linked.external_id, "x"]}
    answer = write(desk, claimed["task"], "verdict", **sent).json()
    assert answer["linked"]["covered"] == [
        {"external_id": linked.external_id, "verdict": "legitimate"}
    ]
    assert [refused["external_id"] for refused in answer["linked"]["refused"]] == ["x"]
    assert Verdict.objects.count() == 2


@pytest.mark.parametrize("wrong", ["txn-1", [1], {"a": 1}, ["\0"]])
def test_linked_payments_must_be_a_list_of_texts(clock, desk, wrong) -> None:
    hold(now=clock)
    services.open_cases(now=clock)
    claimed = claim(desk)
    sent = {"token": claimed["token"], "verdict": "legitimate", "linked": wrong}
    answer = write(desk, claimed["task"], "verdict", **sent)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "linked"


def test_only_whoever_holds_a_task_sees_what_it_is_linked_to(clock, desk, api_key, bob) -> None:
    hold(now=clock)
    services.open_cases(now=clock)
    task = claim(desk)["task"]
    answer = api_key("review", acts_for=bob).get(f"/api/v1/tasks/{task}/linked/")
    assert (answer.status_code, answer.json()["code"]) == (409, "lease_lost")


def test_a_program_reads_what_the_customer_says_and_appeals(clock, desk, bob, sam) -> None:
    payment = decline(bob, now=clock)
    say(payment, "confirms", sam, now=clock, note="Named the last three shops.")
    appeal(payment, sam, now=clock, reason="It was me.")
    case = claim(desk)["case"]
    assert case["appeal"]["reason"] == "It was me."
    (told,) = case["items"][0]["customer_says"]
    assert (told["statement"], told["note"]) == ("confirms", "Named the last three shops.")


def test_a_blind_program_reads_nothing_that_tells_the_answer(clock, desk, sam) -> None:
    payment = draw_for_audit("block", now=clock)
    services.open_cases(now=clock)
    say(payment, "confirms", sam, now=clock)
    case = claim(desk)["case"]
    assert (case["blind"], case["appeal"]) == (True, None)
    assert case["items"][0]["customer_says"] == []


def test_a_blind_program_that_asked_the_customer_reads_the_answer(clock, desk, sam) -> None:
    payment = draw_for_audit("block", now=clock)
    services.open_cases(now=clock)
    held = claim(desk)
    write(desk, held["task"], "wait", token=held["token"], question="Was it you?")
    say(payment, "denies", sam, now=timezone.now())
    (told,) = claim(desk)["case"]["items"][0]["customer_says"]
    assert told["statement"] == "denies"
