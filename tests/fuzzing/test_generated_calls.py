"""Calls that a generator makes up from the description, against the real application.

Whatever is sent: no fault on our side, no status, type, shape or code that the description does
not name, nothing taken that it forbids, and nothing done without the right key.
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import FlakyStrategyDefinition
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from scoring.domain import values
from tests.databases import private_database
from tests.fuzzing import injection
from tests.fuzzing.checks import LINES, refused_if_forbidden, told_code

SEED = int(os.environ.get("SEED", 20261119))
# 2,000 and some more over all calls; `make fuzz` makes up twenty times as many.
CASES, MOST_CASES = 62, 1_700
CASES_PER_DATABASE = 200
WITHOUT_INPUT = (
    "claim_task",
    "drift_metrics",
    "list_model_versions",
    "list_policies",
    "list_reason_codes",
    "list_training_runs",
    "list_webhooks",
)
WITH_INPUT = (
    "change_stage",
    "change_verdict",
    "change_webhook",
    "create_policy",
    "create_webhook",
    "decide_now",
    "delete_webhook",
    "escalate_task",
    "extend_lease",
    "file_appeal",
    "get_webhook",
    "list_appeals",
    "list_cases",
    "list_linked_payments",
    "list_webhook_deliveries",
    "performance_metrics",
    "read_appeal",
    "read_decision",
    "read_task",
    "read_transaction",
    "record_statement",
    "record_verdict",
    "release_task",
    "replay_webhook_delivery",
    "request_training",
    "rotate_webhook_secret",
    "send_event",
    "send_labels",
    "send_transactions",
    "skip_task",
    "test_webhook",
    "undo_verdict",
    "wait_for_customer",
)
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    told_code,
]
KEYS = st.sampled_from(["all"] * 19 + ["none", "wrong", "powerless"])

pytestmark = pytest.mark.slow


@schemathesis.serializer("application/x-ndjson")
def as_lines(ctx: Any, value: Any) -> bytes:
    """Text as it is; anything else as one line."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@pytest.fixture(scope="module")
def description(seeded: Any) -> Any:
    """The description that the application serves, and in which no answer may hold more."""
    from django.test import Client

    served = Client().get("/api/schema/", {"format": "json"}).json()
    for component in served["components"]["schemas"].values():
        if "properties" in component:
            component.setdefault("additionalProperties", False)
    return served


@pytest.fixture(scope="module")
def described(description: Any) -> Any:
    from fraudreview.wsgi import application

    config = schemathesis.Config.from_dict(
        {"seed": SEED, "output": {"sanitization": {"enabled": False}}}
    )
    schema = schemathesis.openapi.from_dict(description, config=config)
    schema.app = application
    return schema


class Caller:
    """Makes up calls of one operation, and remembers what was answered and what was wrong."""

    def __init__(self, described: Any, name: str, keys: dict[str, str]) -> None:
        self.described, self.name = described, name
        self.operation = described.find_operation_by_id(name)
        self.keys = keys
        self.statuses: Counter[int] = Counter()
        self.faults: dict[str, str] = {}

    def call(self, draw: Any) -> None:
        case = self._case(draw)
        key = draw(KEYS)
        headers = {"Authorization": self.keys[key]} if key != "none" else {}
        response = case.call(headers=headers)
        self.statuses[response.status_code] += 1
        try:
            case.validate_response(response, checks=[*CHECKS, refused_if_forbidden])
            if key != "all":
                assert response.status_code in (401, 403, 404), "Answered without the right key"
            self._follow(case, response)
        except (FailureGroup, AssertionError) as fault:
            self._note(fault, case, response)

    def _case(self, draw: Any) -> Any:
        mode = draw(st.sampled_from(GenerationMode))
        if self.name in WITHOUT_INPUT:
            mode = GenerationMode.POSITIVE
        path = injection.known_path(self.name, draw)
        # Without a body, only the address could be wrong.
        if mode is GenerationMode.NEGATIVE and not self.operation.body:
            path = {}
        case = draw(self.operation.as_strategy(generation_mode=mode, path_parameters=path))
        injection.make_plausible(case, self.name, draw)
        return case

    def _follow(self, case: Any, response: Any) -> None:
        """What was taken can be asked for by its id."""
        if self.name not in {"decide_now", "send_transactions"} or response.status_code >= 300:
            return
        if case.media_type == LINES or not isinstance(case.body, dict):
            return
        external_id = values.external_id(case.body["external_id"])
        read = self.described.find_operation_by_id("read_decision")
        asked = read.Case(path_parameters={"external_id": external_id})
        answer = asked.call(headers={"Authorization": self.keys["all"]})
        asked.validate_response(answer, checks=CHECKS)
        assert answer.status_code in (200, 202), f"{external_id!r} cannot be read"

    def _note(self, fault: BaseException, case: Any, response: Any) -> None:
        faults = fault.exceptions if isinstance(fault, FailureGroup) else (fault,)
        words = "\n".join(str(each) for each in faults)
        command = case.as_curl_command()
        self.faults.setdefault(words[:200], f"{words}\n{command}\n{response.text[:500]}")


def run(caller: Caller, template: str, cases: int) -> None:
    """Make up so many cases, each few hundred on a database of their own."""
    for number in count():
        left = cases - caller.statuses.total()
        if left <= 0:
            return

        @seed(SEED + number)
        @settings(
            max_examples=min(CASES_PER_DATABASE, left),
            deadline=None,
            database=None,
            # What went before changes what is answered, so a case cannot be made smaller.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(data=st.data())
        def call(data: Any) -> None:
            caller.call(data.draw)

        # The generator learns from what it sees, which hypothesis takes for an error.
        with private_database(template), suppress(FlakyStrategyDefinition):
            call()


@pytest.fixture
def unblocked(django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


@pytest.mark.parametrize("name", [*WITH_INPUT, *WITHOUT_INPUT])
@pytest.mark.usefixtures("unblocked")
def test_no_call_finds_a_fault(described, seeded, name):
    template, keys = seeded
    caller = Caller(described, name, keys)
    cases = min(max(CASES, settings().max_examples), MOST_CASES)
    if name in WITHOUT_INPUT:
        cases = CASES // 5
    run(caller, template, cases)
    print(f"{name}: seed {SEED}, answers {dict(sorted(caller.statuses.items()))}")
    assert not caller.faults, "\n\n".join(list(caller.faults.values())[:10])
    # Nothing above means anything where all was refused, or all taken.
    assert any(status < 300 for status in caller.statuses)
    assert any(400 <= status < 500 for status in caller.statuses)
    assert caller.statuses.total() >= cases


def test_every_call_is_made(description):
    described = {
        call["operationId"] for path in description["paths"].values() for call in path.values()
    }
    assert described == {*WITH_INPUT, *WITHOUT_INPUT}
