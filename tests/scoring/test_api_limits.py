"""Who asks too much gets 429 and is told when to come back."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from scoring.api import ndjson, throttling
from scoring.api.ndjson import answer_lines
from scoring.models import Transaction
from scoring.services.api_keys import create_api_key, limit_api_key
from scoring.services.throttling import Budgets
from tests.scoring.test_api_ndjson import line

pytestmark = pytest.mark.django_db
URL = "/api/v1/transactions/"
NOON = datetime(2026, 11, 19, 12, 0, 48, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Count in this process, and at a clock that the test sets."""
    sums, moment = {}, [NOON]

    def add(name, amount, now):
        sums[name] = sums.get(name, 0) + amount
        return sums[name]

    budgets = Budgets(add)
    monkeypatch.setattr(
        throttling,
        "spend",
        lambda *, name, cost, limit, now: budgets.spend(
            name, cost=cost, limit=limit, now=moment[0]
        ),
    )
    return moment


@pytest.fixture
def key(now):
    return create_api_key(name="shop", scopes=["transactions:write", "decisions:read"], now=now)


@pytest.fixture
def api(key):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Api-Key {key[1]}")
    return client


def payment(number):
    return json.loads(line(f"t{number}"))


def refused(answer, wait=12):
    assert answer.status_code == 429
    assert answer["Retry-After"] == str(wait)
    body = answer.json()
    assert set(body) == {"code", "message", "errors"}
    assert (body["code"], body["errors"]) == ("throttled", [])
    return body["message"]


def limit(key, transactions=None, requests=None):
    limit_api_key(key=key[0], transactions_per_minute=transactions, requests_per_minute=requests)


def test_a_list_costs_as_much_as_it_holds_and_is_taken_whole_or_not_at_all(api, key):
    limit(key, transactions=1000)
    assert api.post(URL, [payment(n) for n in range(600)], format="json").status_code == 202
    told = refused(api.post(URL, [payment(n) for n in range(600, 1100)], format="json"))
    assert told == "Too many transactions in this minute; send it again in 12 s."
    assert Transaction.objects.count() == 600
    assert api.post(URL, [payment(n) for n in range(600, 900)], format="json").status_code == 202


def test_the_next_minute_begins_anew(api, key, clock):
    limit(key, requests=2)
    ask = lambda: api.get("/api/v1/decisions/nobody/")  # noqa: E731
    assert [ask().status_code for _ in range(2)] == [404, 404]
    refused(ask())
    clock[0] += timedelta(seconds=12)
    assert ask().status_code == 404


def test_transactions_and_other_calls_are_counted_apart(api, key):
    limit(key, requests=1)
    api.get("/api/v1/decisions/nobody/")
    refused(api.get("/api/v1/decisions/nobody/"))
    for number in range(3):
        assert api.post(URL, payment(number), format="json").status_code == 202


def test_decisions_count_as_transactions(api, settings):
    settings.FRAUDREVIEW_TRANSACTIONS_PER_MINUTE = 1
    assert api.post("/api/v1/decisions/", payment(1), format="json").status_code == 200
    refused(api.post("/api/v1/decisions/", payment(1), format="json"))
    refused(api.post(URL, payment(2), format="json"))


def test_the_settings_hold_where_a_key_says_nothing_and_0_is_no_limit(api, key, settings):
    settings.FRAUDREVIEW_REQUESTS_PER_MINUTE = 1
    api.get("/api/v1/decisions/nobody/")
    refused(api.get("/api/v1/decisions/nobody/"))
    limit(key, requests=0)
    assert all(api.get("/api/v1/decisions/nobody/").status_code == 404 for _ in range(9))


def test_keys_do_not_share_a_budget(api, key, settings, api_key):
    settings.FRAUDREVIEW_REQUESTS_PER_MINUTE = 1
    for client in (api, api_key("decisions:read")):
        assert client.get("/api/v1/decisions/nobody/").status_code == 404
        refused(client.get("/api/v1/decisions/nobody/"))


def test_people_have_a_budget_too(client_of, dana, settings):
    settings.FRAUDREVIEW_REQUESTS_PER_MINUTE = 1
    browser = client_of(dana)
    assert browser.get("/api/v1/policies/").status_code == 200
    refused(browser.get("/api/v1/policies/"))


def wrong(client=None, **headers):
    client = client or APIClient()
    return client.get("/api/v1/decisions/x/", headers={"authorization": "Api-Key wrong"} | headers)


def test_wrong_keys_of_one_address_are_counted_and_right_ones_never_held_up(api, settings):
    settings.FRAUDREVIEW_WRONG_KEYS_PER_MINUTE = 3
    assert [wrong().status_code for _ in range(3)] == [401] * 3
    assert refused(wrong()) == "Too many wrong keys in this minute; send it again in 12 s."
    assert api.get("/api/v1/decisions/nobody/").status_code == 404
    assert wrong(APIClient(REMOTE_ADDR="198.51.100.7")).status_code == 401


def test_an_address_is_what_the_last_trusted_proxy_saw(settings):
    settings.FRAUDREVIEW_WRONG_KEYS_PER_MINUTE = 1
    settings.FRAUDREVIEW_PROXIES = 1
    first, second = {"x-forwarded-for": "6.6.6.6, 192.0.2.1"}, {"x-forwarded-for": "192.0.2.2"}
    assert wrong(**first).status_code == 401
    refused(wrong(**{"x-forwarded-for": "7.7.7.7, 192.0.2.1"}))
    assert wrong(**second).status_code == 401


def test_nobody_chooses_an_address_where_no_proxy_is_trusted(settings):
    settings.FRAUDREVIEW_WRONG_KEYS_PER_MINUTE = 1
    assert wrong(**{"x-forwarded-for": "192.0.2.1"}).status_code == 401
    refused(wrong(**{"x-forwarded-for": "192.0.2.2"}))


def test_a_household_of_ipv6_is_one_address(settings):
    settings.FRAUDREVIEW_WRONG_KEYS_PER_MINUTE = 1
    assert wrong(APIClient(REMOTE_ADDR="2001:db8::1")).status_code == 401
    refused(wrong(APIClient(REMOTE_ADDR="2001:db8::2")))
    assert wrong(APIClient(REMOTE_ADDR="2001:db8:0:1::2")).status_code == 401


def test_lines_wait_for_the_next_minute_and_none_is_lost(clock, monkeypatch):
    monkeypatch.setattr(ndjson, "LINES_PER_COMMIT", 400)
    pauses = []

    def wait_for(lines):
        return throttling.spend(name="key", cost=lines, limit=1000, now=None)

    def pause(seconds):
        pauses.append(seconds)
        clock[0] += timedelta(seconds=seconds)

    body = io.BytesIO(b"".join(line(f"t{number}") for number in range(1200)))
    answer = answer_lines(body, clock=timezone.now, wait_for=wait_for, pause=pause)
    told = [json.loads(part) for part in answer]
    assert pauses == [10, 2]
    waiting = [part for part in told if "waiting_seconds" in part]
    assert [(part["progress"]["accepted"], part["waiting_seconds"]) for part in waiting] == [
        (800, 12),
        (800, 2),
    ]
    assert told[-1]["accepted"] == Transaction.objects.count() == 1200


def test_lines_are_not_starved_by_calls_that_always_come_first(clock):
    def wait_for(lines):
        return throttling.spend(name="key", cost=lines, limit=1000, now=None)

    def pause(seconds):
        clock[0] += timedelta(seconds=seconds)
        wait_for(1)

    wait_for(1)
    body = io.BytesIO(b"".join(line(f"t{number}") for number in range(1000)))
    *_, last = answer_lines(body, clock=timezone.now, wait_for=wait_for, pause=pause)
    assert json.loads(last)["accepted"] == 1000


def test_lines_count_in_the_budget_of_their_key(api, key):
    limit(key, transactions=1000)
    body = b"".join(line(f"t{number}") for number in range(900))
    answer = api.generic("POST", URL, body, content_type="application/x-ndjson")
    assert b"".join(answer.streaming_content)
    refused(api.post(URL, [payment(n) for n in range(900, 1000)], format="json"))


def test_streams_leave_threads_to_others_and_give_their_place_back(api, settings):
    settings.FRAUDREVIEW_STREAMS = 1
    send = lambda: api.generic("POST", URL, line("t1"), content_type="application/x-ndjson")  # noqa: E731
    reading = send()
    assert reading.status_code == 202
    refused(send(), wait=5)
    assert api.post(URL, payment(2), format="json").status_code == 202
    reading.close()
    again = send()
    assert again.status_code == 202
    assert b"".join(again.streaming_content)
    again.close()
    assert send().status_code == 202


def test_every_call_says_that_it_may_be_refused_and_until_when():
    described = SchemaGenerator().get_schema(request=None, public=True)
    for methods in described["paths"].values():
        for call in methods.values():
            header = call["responses"]["429"]["headers"]["Retry-After"]
            assert header["schema"]["type"] == "integer"
