"""Every error has one shape and a stable code, whatever an integrator sends."""

import gzip
import json
import logging

import pytest
from django.db import DataError, OperationalError

from scoring.api.renderers import to_json

pytestmark = pytest.mark.django_db
URL = "/api/v1/transactions/"


@pytest.fixture
def api(api_key):
    return api_key("transactions:write")


def problem(answer):
    body = json.loads(answer.content)
    assert set(body) == {"code", "message", "errors"}
    assert answer["Content-Type"] == "application/json"
    for error in body["errors"]:
        assert set(error) == {"field", "code", "message"}
    return answer.status_code, body["code"]


def post(api, body, content_type="application/json"):
    return api.generic("POST", URL, body, content_type=content_type)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"{'external_id': 1}",
        b'{"amount": NaN}',
        b'{"amount": Infinity}',
        b'{"a": 1,}',
        b'{"a": "\xff"}',
        b'{"a": "\\ud800"}',
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
    ids=["cut off", "empty", "quotes", "nan", "infinity", "comma", "bytes", "surrogate", "bom",
         "deep list", "deep object"],
)  # fmt: skip
def test_malformed_json_is_a_400(api, body):
    status, code = problem(post(api, body))
    assert status == 400
    assert code in {"malformed", "invalid"}


def test_a_form_is_a_415(api):
    assert problem(post(api, b"a=1", "application/x-www-form-urlencoded")) == (
        415,
        "unsupported_media_type",
    )


@pytest.mark.parametrize("content_type", ["application/json", "application/x-ndjson"])
@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate, gzip"])
def test_a_compressed_body_is_a_415(api, content_type, encoding):
    answer = api.generic(
        "POST", URL, gzip.compress(b"{}"), content_type=content_type, HTTP_CONTENT_ENCODING=encoding
    )
    assert problem(answer) == (415, "unsupported_media_type")


def test_a_body_beyond_the_limit_is_a_413(api, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert problem(post(api, b'"' + b"x" * 1000 + b'"')) == (413, "too_large")


OTHERS = ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE"]


@pytest.mark.parametrize("method", OTHERS)
def test_another_method_is_a_405(api, method):
    answer = api.generic(method, URL)
    assert (answer.status_code, answer["Allow"]) == (405, "POST, OPTIONS")
    if method != "HEAD":
        assert problem(answer) == (405, "method_not_allowed")


@pytest.mark.parametrize("method", OTHERS)
def test_another_method_tells_strangers_nothing(client, method):
    assert client.generic(method, URL).status_code == 401


@pytest.mark.parametrize(
    "address",
    ["/api/v1/", "/api/v1/nothing/", "/api/v1/transactions", "/api/v1/a%0Ab/", "/api/v1/%00"],
)
def test_an_unknown_address_is_a_404(api, address):
    assert problem(api.post(address)) == (404, "not_found")


def test_a_missing_slash_is_named(api):
    assert "slash" in api.post("/api/v1/transactions").json()["message"]


def test_an_answer_in_another_format_is_a_406(api):
    assert problem(api.post(URL, {}, format="json", HTTP_ACCEPT="text/csv")) == (
        406,
        "not_acceptable",
    )


def test_a_database_that_is_away_is_a_503(api, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("scoring.api.transactions.accept_items", away)
    assert problem(post(api, b"[]")) == (503, "unavailable")


def test_what_nobody_foresaw_is_logged_and_not_told(api, monkeypatch, caplog):
    def broken(*args, **kwargs):
        raise RuntimeError("the secret is thistle")

    monkeypatch.setattr("scoring.api.transactions.accept_items", broken)
    with caplog.at_level(logging.ERROR):
        answer = post(api, b"[]")
    assert problem(answer) == (500, "internal_error")
    assert b"thistle" not in answer.content
    number = answer.json()["message"].split()[-1].rstrip(".")
    assert number in caplog.text
    assert "the secret is thistle" in caplog.text


def test_numbers_that_are_no_numbers_never_leave():
    assert to_json({"a": float("nan"), "b": float("inf")}) == b'{"a":null,"b":null}'


def test_a_value_that_does_not_fit_is_a_400(api, monkeypatch):
    def refuse(*args, **kwargs):
        raise DataError("numeric field overflow")

    monkeypatch.setattr("scoring.api.transactions.accept_items", refuse)
    answer = post(api, b"[]")
    assert problem(answer) == (400, "invalid")
    assert b"numeric" not in answer.content
