"""The description of the API is complete, valid, and its examples are true."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import call_command

from labeling.api.examples import HISTORY
from scoring.api import examples
from scoring.api.shapes import DecisionSerializer, TransactionSerializer
from scoring.domain.events import validate_event
from scoring.domain.intake import FIELDS, validate
from tests.addresses import calls, is_public

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 11, 12, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def description() -> Any:
    from drf_spectacular.generators import SchemaGenerator

    return SchemaGenerator().get_schema(request=None, public=True)


def test_it_is_valid_and_warns_of_nothing(tmp_path):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))


def test_every_call_is_described(description):
    described = {
        (method.upper(), re.sub(r"{\w+}", "#", address))
        for address, methods in description["paths"].items()
        for method in methods
    }
    ours = {
        (call.method.upper(), re.sub(r"/(nobody|1)/", "/#/", call.address))
        for call in calls()
        if call.is_api and call.address.startswith("/api/v1/")
    }
    assert described == ours


def test_every_call_has_a_summary_a_tag_and_its_errors(description):
    for address, methods in description["paths"].items():
        for method, call in methods.items():
            assert call.get("summary"), f"{method} {address}"
            assert call.get("tags"), f"{method} {address}"
            assert {"401", "403"} <= set(call["responses"]), f"{method} {address}"


def test_every_body_has_an_example(description):
    for address, methods in description["paths"].items():
        for method, call in methods.items():
            body = call.get("requestBody", {}).get("content", {}).get("application/json")
            assert body is None or body.get("examples"), f"{method} {address}"


def test_keys_and_sessions_are_described(description):
    schemes = description["components"]["securitySchemes"]
    assert set(schemes) == {"ApiKey", "Session"}


@pytest.mark.parametrize("example", [examples.TRANSACTION, examples.SMALLEST_TRANSACTION])
def test_the_examples_of_transactions_are_valid(example):
    assert validate(example, now=LATER, secret=b"secret").external_id == example["external_id"]


def test_the_shape_of_a_transaction_has_the_fields_that_are_read():
    shape = TransactionSerializer().fields
    assert tuple(shape) == FIELDS
    required = {name for name, field in shape.items() if field.required}
    assert required == {"external_id", "occurred_at", "amount", "currency"}


def test_the_example_of_an_event_is_valid():
    assert validate_event(examples.EVENT, now=LATER).type == "captured"


def test_the_example_of_a_decision_has_every_field():
    assert set(examples.DECISION) == set(DecisionSerializer().fields)
    assert set(HISTORY) >= {"events", "decision", "dispositions", "labels", "kept_back", "masked"}


def test_the_pages_and_the_description_are_open_to_all(client):
    assert client.get("/api/docs/").status_code == 200
    answer = client.get("/api/schema/", {"format": "json"})
    assert answer.json()["openapi"].startswith("3.")


def test_nothing_is_loaded_from_elsewhere(client):
    html = client.get("/api/docs/").content.decode()
    assert "://" not in html


def test_public_calls_are_few():
    assert {call.address for call in calls() if call.is_api and is_public(call)} <= {"/api/schema/"}
