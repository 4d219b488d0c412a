"""What every answer tells the browser, and what a forged request meets."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from labeling.selectors.searching import PAGE
from tests.labeling.payments import pay

pytestmark = pytest.mark.django_db
PAGES = ["/login/", "/transactions/", "/api/docs/", "/admin/", "/nothing/"]


def policy_of(answer):
    directives = (part.split() for part in answer["Content-Security-Policy"].split(";"))
    return {name: sources for name, *sources in directives}


@pytest.mark.parametrize("address", [*PAGES, "/api/v1/transactions/"])
def test_every_answer_is_strict(client_of, dana, address):
    answer = client_of(dana).get(address)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer


@pytest.mark.parametrize("address", PAGES)
def test_scripts_and_styles_come_from_our_own_files_alone(client_of, dana, address):
    policy = policy_of(client_of(dana).get(address))
    assert policy["default-src"] == ["'self'"]
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == ["'none'"]
    told = " ".join(source for sources in policy.values() for source in sources)
    for weakness in ("unsafe-inline", "unsafe-eval", "http:", "https:", "*"):
        assert weakness not in told


@pytest.mark.parametrize("address", PAGES)
def test_no_page_needs_what_the_policy_forbids(client_of, dana, now, address):
    for _ in range(PAGE + 1):
        pay(now=now)
    html = client_of(dana).get(address).content.decode()
    assert " style=" not in html
    assert "<style" not in html
    assert "javascript:" not in html
    assert "http://" not in html.replace("http://www.w3.org/2000/svg", "")
    for script in html.split("<script")[1:]:
        tag, _, rest = script.partition(">")
        assert " src=" in tag or 'type="application/json"' in tag, tag
        if " src=" in tag:
            assert rest.startswith("</script>")


def test_session_cookies_are_out_of_reach_of_scripts_and_other_sites(alice):
    alice.set_password("a long password 1")
    alice.save()
    answer = Client().post("/login/", {"username": "alice", "password": "a long password 1"})
    cookie = answer.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_forged_request_to_the_api_is_refused(client_of, dana):
    forged = APIClient(enforce_csrf_checks=True)
    forged.force_login(dana, backend="django.contrib.auth.backends.ModelBackend")
    answer = forged.post("/api/v1/transactions/", [], format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")


def test_the_token_of_our_own_pages_lets_a_request_pass(dana):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(dana, backend="django.contrib.auth.backends.ModelBackend")
    token = client.get("/api/docs/").content.decode().split('data-token="')[1].split('"')[0]
    answer = client.post("/api/v1/transactions/", [], format="json", HTTP_X_CSRFTOKEN=token)
    assert answer.status_code == 202


def test_a_key_needs_no_such_token(api_key):
    client = api_key("transactions:write")
    client.handler.enforce_csrf_checks = True
    assert client.post("/api/v1/transactions/", [], format="json").status_code == 202


def test_a_forged_sign_in_is_refused():
    assert Client(enforce_csrf_checks=True).post("/login/", {}).status_code == 403
