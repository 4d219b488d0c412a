"""Every address declares who may go there, and answers as it declares."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from scoring.access import PUBLIC, ROLES, SCOPES
from tests.addresses import Call, calls, is_public

pytestmark = pytest.mark.django_db

CAST = {
    "analyst": "alice",
    "lead": "lea",
    "support": "sam",
    "manager": "max_",
    "admin": "dana",
    "nobody": "charlie",
}
# Open to all, and leads each where they may go: strangers to the login, Charlie to nowhere.
FRONT_DOOR = "/"
LOGINS = ("/login/", "/admin/")


def test_the_walk_finds_the_product():
    found = {call.address for call in calls()}
    assert {"/login/", "/transactions/", "/api/v1/decisions/", "/metrics", "/admin/"} <= found
    assert len(found) > 60


def test_every_address_declares_who_may():
    silent = [str(call) for call in calls() if not call.roles]
    assert not silent


def test_only_known_roles_and_scopes_are_declared():
    for call in calls():
        assert call.roles == PUBLIC or set(call.roles) <= set(ROLES), call
        assert call.scope is None or call.scope in SCOPES, call


def test_every_call_of_the_api_says_which_scope_it_needs():
    without = [
        str(call) for call in calls() if call.is_api and not is_public(call) and call.scope is None
    ]
    assert not without


def test_strangers_get_the_login_or_a_401():
    client = Client()
    wrong = [told for call in calls() if (told := _wrong_for_strangers(client, call))]
    assert not wrong


@pytest.mark.parametrize("role", CAST)
def test_each_role_gets_what_is_declared(role, request, client_of):
    client = client_of(request.getfixturevalue(CAST[role]))
    wrong = [told for call in calls() if (told := _wrong_for(client, call, role))]
    assert not wrong


@pytest.mark.parametrize("scope", SCOPES)
def test_each_scope_opens_what_is_declared(scope, api_key, lea):
    client = api_key(scope, acts_for=lea)
    wrong = [told for call in calls() if call.is_api and (told := _wrong_key(client, call, scope))]
    assert not wrong


def test_a_key_without_a_person_does_not_judge(api_key):
    client = api_key("models", "metrics:read", "decisions:read")
    for call in calls():
        if call.needs_person:
            assert _status(client, call) == 403, call


def _wrong_for_strangers(client: Client, call: Call) -> str | None:
    answer = _ask(client, call)
    if is_public(call):
        refused = answer.status_code in {401, 403}
        return f"{call} refuses strangers" if refused else None
    expected = answer.status_code == 401 if call.is_api else _is_login(answer)
    return None if expected else f"{call} answers strangers with {answer.status_code}"


def _wrong_for(client: Client, call: Call, role: str) -> str | None:
    if call.address == FRONT_DOOR or _is_inside_the_administration(call, role):
        return None
    answer = _ask(client, call)
    if is_public(call) or role in call.roles:
        refused = answer.status_code in {401, 403} or _is_login(answer)
        return f"{call} refuses {role}" if refused else None
    return None if answer.status_code == 403 else f"{call} gives {role} {answer.status_code}"


def _is_inside_the_administration(call: Call, role: str) -> bool:
    """One gate guards it all: one outsider tries every door, the others only the gate.

    Even an admin may only look at most rows: that is tested in test_administration.py.
    """
    return role != "nobody" and call.address.startswith("/admin/") and call.address != "/admin/"


def _wrong_key(client: APIClient, call: Call, scope: str) -> str | None:
    status = _status(client, call)
    if is_public(call) or call.scope == scope:
        return f"{call} refuses {scope}" if status in {401, 403} else None
    return None if status == 403 else f"{call} gives {scope} {status}"


def _status(client: Any, call: Call) -> int:
    return int(_ask(client, call).status_code)


def _ask(client: Any, call: Call) -> Any:
    answer = client.generic(call.method.upper(), call.address, b"{}", "application/json")
    # A page that only takes what is sent may say so before it asks who is there.
    if answer.status_code == 405 and not (call.is_api or is_public(call)):
        return client.post(call.address)
    return answer


def _is_login(answer: Any) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith(LOGINS)
