"""The description of the API is complete, valid, and its examples are true."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from jsonschema import Draft202012Validator

from labeling.api.examples import HISTORY
from scoring.access import SCOPES
from scoring.api import examples
from scoring.api.shapes import DecisionSerializer, TransactionSerializer
from scoring.domain.events import validate_event
from scoring.domain.intake import FIELDS, validate
from tests.addresses import calls, is_public

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parent.parent
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


def operations(description: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for address, methods in description["paths"].items():
        for method, call in methods.items():
            yield f"{method.upper()} {address}", call


def bodies(call: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every body that a call describes, with what it is of: `sent`, or a status."""
    for media in call.get("requestBody", {}).get("content", {}).values():
        yield "sent", media
    for status, response in call["responses"].items():
        for media in response.get("content", {}).values():
            yield status, media


def told_codes(call: Mapping[str, Any]) -> Iterator[str]:
    """Every code in the examples of a call's errors, those of fields included."""
    for status, body in bodies(call):
        for example in body["examples"].values():
            if status[0] in "45":
                yield example["value"]["code"]
                yield from (error["code"] for error in example["value"]["errors"])


def test_every_call_is_told_in_words(description):
    for name, call in operations(description):
        assert all(call.get(part) for part in ("operationId", "summary", "tags")), name
        assert len(call["description"]) > len(call["summary"]), name
        assert all(response["description"] for response in call["responses"].values()), name


def test_every_call_names_its_scope(description):
    scopes = {call["x-scope"] for _, call in operations(description)}
    assert scopes == set(SCOPES) - {"labels:backdate"}
    for name, call in operations(description):
        assert f"`{call['x-scope']}`" in call["description"], name
    told = description["components"]["securitySchemes"]["ApiKey"]["description"]
    assert all(f"`{scope}`: {meaning}" in told for scope, meaning in SCOPES.items())


def test_every_call_tells_the_errors_that_any_may_answer(description):
    for name, call in operations(description):
        assert {"401", "403", "406", "503"} <= set(call["responses"]), name
        if "requestBody" in call:
            assert {"400", "413", "415"} <= set(call["responses"]), name


def test_every_body_has_an_example(description):
    for name, call in operations(description):
        for part, body in bodies(call):
            assert body.get("examples"), f"{name} {part}"


def test_every_example_fits_its_schema(description):
    checked = 0
    for name, call in operations(description):
        for part, body in bodies(call):
            schema = {**body["schema"], "components": description["components"]}
            for title, example in body["examples"].items():
                faults = list(Draft202012Validator(schema).iter_errors(example["value"]))
                assert not faults, f"{name} {part} {title}: {faults[0].message}"
                checked += 1
    assert checked > 200


def test_every_code_that_is_told_exists_in_the_code(description):
    source = "".join(
        re.sub(r"(Told|invalid)\([^)]*\)", "", path.read_text())
        for app in ("scoring", "labeling", "monitoring")
        for path in (ROOT / app).rglob("*.py")
    )
    codes = {code for _, call in operations(description) for code in told_codes(call)}
    assert len(codes) > 40
    assert {code for code in codes if f'"{code}"' not in source} == set()


def test_what_is_sent_may_hold_no_other_fields(description):
    for name, call in operations(description):
        content = call.get("requestBody", {}).get("content", {}).get("application/json")
        if content:
            validator = Draft202012Validator(
                {**content["schema"], "components": description["components"]}
            )
            value = next(iter(content["examples"].values()))["value"]
            assert not validator.is_valid({**value, "colour": "red"}), name


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
