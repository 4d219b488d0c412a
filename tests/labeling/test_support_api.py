"""Statements and appeals for ticketing systems."""

from datetime import timedelta

import pytest
from django.utils import timezone

from labeling.api.support_shapes import (
    APPEAL,
    STATEMENT,
    STORED_APPEAL,
    STORED_STATEMENT,
    AppealSerializer,
    StatementSerializer,
)
from labeling.domain.statements import validate_appeal, validate_statement
from labeling.models import Appeal, CustomerStatement
from tests.labeling.payments import draw_for_audit, pay
from tests.labeling.support import FRAUD, LEGITIMATE, appeal, block, decline, judge

pytestmark = pytest.mark.django_db


@pytest.fixture
def tickets(api_key, sam):
    """A ticketing system that acts for Sam."""
    return api_key("labels:write", "appeals", acts_for=sam)


def state(tickets, payment, **fields):
    address = f"/api/v1/transactions/{payment.external_id}/statements/"
    return tickets.post(address, {**STATEMENT, **fields}, format="json")


def file(tickets, payment, **fields):
    body = {**APPEAL, "external_id": payment.external_id, **fields}
    return tickets.post("/api/v1/appeals/", body, format="json")


def test_a_statement_is_recorded_in_the_name_of_the_keys_person(clock, tickets) -> None:
    payment = pay(now=clock, external_id="a/b c")
    answer = state(tickets, payment, occurred_at=(clock - timedelta(hours=1)).isoformat())
    assert answer.status_code == 201
    told = answer.json()
    assert set(told) == set(STORED_STATEMENT)
    assert (told["external_id"], told["recorded_by"]) == ("a/b c", "sam")
    assert payment.labels.get().value == "legitimate"


def test_a_statement_sent_twice_is_one(clock, tickets) -> None:
    payment = pay(now=clock)
    first, again = (state(tickets, payment, occurred_at=None) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert CustomerStatement.objects.count() == 1


def test_a_correction_names_what_it_corrects(clock, tickets) -> None:
    payment = pay(now=clock)
    number = state(tickets, payment).json()["id"]
    refused = state(tickets, payment, statement="denies")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    corrected = state(tickets, payment, statement="denies", corrects=number)
    assert (corrected.status_code, corrected.json()["corrects"]) == (201, number)


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"statement": "maybe"}, "statement", "unknown_choice"),
        ({"channel": None}, "channel", "required"),
        ({"verification": "opinion"}, "verification", "unknown_choice"),
        ({"reference": ""}, "reference", "required"),
        ({"note": "x" * 2001}, "note", "too_long"),
        ({"note": "\0"}, "note", "control_character"),
        ({"occurred_at": "2999-01-01T00:00:00Z"}, "occurred_at", "out_of_range"),
        ({"corrects": "first"}, "corrects", "invalid"),
        ({"score": 1}, "score", "unknown_field"),
    ],
)
def test_a_bad_statement_is_told_field_by_field(clock, tickets, fields, field, code) -> None:
    answer = state(tickets, pay(now=clock), **fields)
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["field"], error["code"]) == (field, code)


def test_an_appeal_is_filed_once_and_read_until_it_is_decided(clock, tickets, alice, bob) -> None:
    payment = decline(alice, now=clock)
    filed = file(tickets, payment)
    assert (filed.status_code, file(tickets, payment).status_code) == (201, 200)
    assert set(filed.json()) == set(STORED_APPEAL)
    address = f"/api/v1/appeals/{filed.json()['id']}/"
    assert tickets.get(address).json()["status"] == "open"
    judge(bob, LEGITIMATE, now=timezone.now())
    told = tickets.get(address).json()
    assert (told["status"], told["due_at"]) == ("granted", None)
    assert told["decided_at"]


def test_appeals_are_listed_by_status_and_payment(clock, tickets, alice, sam) -> None:
    payments = [block(now=clock) for _ in range(3)]
    for payment in payments:
        appeal(payment, sam, now=clock)
    judge(alice, LEGITIMATE, now=clock)
    judge(alice, FRAUD, now=clock)

    def listed(query: str = "") -> list[str]:
        answer = tickets.get(f"/api/v1/appeals/{query}")
        assert answer.status_code == 200
        return sorted(each["status"] for each in answer.json()["results"])

    assert listed() == ["granted", "open", "rejected"]
    assert [listed(f"?status={status}") for status in ("open", "granted", "rejected")] == [
        ["open"],
        ["granted"],
        ["rejected"],
    ]
    assert len(listed(f"?external_id={payments[0].external_id}")) == 1


def test_pages_of_appeals_follow_each_other(clock, tickets, sam) -> None:
    for _ in range(51):
        appeal(block(now=clock), sam, now=clock)
    first = tickets.get("/api/v1/appeals/").json()
    second = tickets.get(f"/api/v1/appeals/?older_than={first['older_than']}").json()
    assert (len(first["results"]), len(second["results"])) == (50, 1)
    assert second["older_than"] is None


def test_a_list_of_appeals_takes_as_many_queries_as_one(
    clock, tickets, sam, django_assert_max_num_queries
) -> None:
    for _ in range(5):
        appeal(block(now=clock), sam, now=clock)
    with django_assert_max_num_queries(8):
        tickets.get("/api/v1/appeals/")


def test_a_misspelt_filter_shows_nothing(clock, tickets) -> None:
    answer = tickets.get("/api/v1/appeals/?state=open")
    assert answer.status_code == 400
    assert [each["code"] for each in answer.json()["errors"]] == ["unknown_field"]


def test_an_id_may_be_the_number_zero(clock, tickets) -> None:
    payment = block(now=clock, external_id="0")
    assert file(tickets, payment, external_id=0).status_code == 201


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"external_id": "nobody"}, 404, "not_found"),
        ({"external_id": None}, 400, "invalid"),
        ({"reason": " "}, 400, "invalid"),
        ({"reference": None}, 400, "invalid"),
        ({"outcome": "approve"}, 400, "invalid"),
    ],
)
def test_a_bad_appeal_is_refused_with_a_code(clock, tickets, fields, status, code) -> None:
    answer = file(tickets, block(now=clock), **fields)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Appeal.objects.exists()


def test_a_key_without_a_person_of_support_does_nothing(clock, api_key, alice) -> None:
    payment = block(now=clock)
    for key in (api_key("labels:write"), api_key("labels:write", "appeals", acts_for=alice)):
        assert state(key, payment).status_code == 403
        assert file(key, payment).status_code == 403


def test_a_lead_reads_no_appeal_of_what_they_may_be_asked_blind(clock, api_key, sam, lea):
    payment = draw_for_audit("block", now=clock)
    filed = appeal(payment, sam, now=clock)
    lead = api_key("appeals", acts_for=lea)
    assert lead.get(f"/api/v1/appeals/{filed.pk}/").status_code == 404
    assert lead.get("/api/v1/appeals/").json()["results"] == []
    assert file(lead, payment).json()["code"] == "kept_back"


def test_the_shapes_have_the_fields_that_are_read(clock) -> None:
    assert validate_statement(STATEMENT, now=clock, ticket=True).reference == "T-20417"
    assert set(StatementSerializer().fields) == {*STATEMENT, "corrects"}
    body = {name: value for name, value in APPEAL.items() if name != "external_id"}
    assert validate_appeal(body, ticket=True).reference == "T-20417"
    assert set(AppealSerializer().fields) == {*APPEAL, "new_evidence"}
