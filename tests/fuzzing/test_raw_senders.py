"""Requests that no client library would send, over a socket to the real web server."""

import http.client
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from typing import Any

import pytest
from django.utils import timezone

from scoring.models import Transaction
from tests.databases import private_database
from tests.processes import NO_BROKER, Processes, free_port, wait_until

pytestmark = pytest.mark.slow
Send = Callable[..., tuple[int, bytes]]


@pytest.fixture(scope="module")
def send(seeded: Any, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Send]:
    """Return a function that sends lines and a body as they are: the status and the answer."""
    template, keys = seeded
    folder, port = tmp_path_factory.mktemp("web"), free_port()

    def sent(
        line: str, *headers: str, body: bytes = b"", close: bool = False, key: str = keys["all"]
    ) -> tuple[int, bytes]:
        head = [f"{line} HTTP/1.1", "Host: localhost", "Connection: close"]
        head += [f"Authorization: {key}", *headers]
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall("\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body)
            if close:
                connection.shutdown(socket.SHUT_WR)
            with closing(http.client.HTTPResponse(connection)) as answer:
                answer.begin()
                return answer.status, answer.read()

    def answers() -> bool:
        with suppress(OSError):
            return sent("GET /healthz")[0] == 200
        return False

    with (
        django_db_blocker.unblock(),
        private_database(template),
        Processes(folder, redis_url=NO_BROKER) as processes,
    ):
        processes.start_web(port)
        wait_until(answers, what="the web server")
        yield sent


def payment(external_id: str) -> bytes:
    return json.dumps(
        {
            "external_id": external_id,
            "occurred_at": timezone.now().isoformat(),
            "amount": "1",
            "currency": "EUR",
        }
    ).encode()


POST = "POST /api/v1/transactions/"
JSON, LINES = "Content-Type: application/json", "Content-Type: application/x-ndjson"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("decisions/a%2Fb%20c%252Fd%3Fe%23f%2B%C3%BC/", 200),
        ("decisions/%00/", 404),
        ("decisions/%ff%fe/", 404),
        ("decisions/%ed%a0%80/", 404),
        ("decisions/%2e%2e/", 404),
        ("decisions/../decided/", 404),
        ("decisions/%0a/", 404),
        ("decisions//", 404),
        ("transactions/%2Fevents/", 404),
        ("decisions/" + "x" * 3500 + "/", 404),
        ("decisions/" + "x" * 9000 + "/", 414),
        ("decisions/decided/?" + "a=1&" * 900, 200),
        ("decisions/decided/?format=xml", 404),
        ("cases/?lane=value&lane=%00", 400),
        ("cases/?held=%ff", 400),
        ("metrics/performance/?days=%D9%A2%D9%A8", 400),
        ("%", 404),
    ],
)
def test_an_address_of_any_form_has_its_answer(send, address, status):
    found, body = send(f"GET /api/v1/{address}")
    assert found == status
    # The web server itself answers what never reaches the application.
    assert status in (200, 414) or set(json.loads(body)) == {"code", "message", "errors"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([JSON, "Content-Length: -5"], 400),
        ([JSON, "Content-Length: many"], 400),
        ([JSON, "Content-Length: 5", "Content-Length: 6"], 400),
        ([JSON, "Content-Length: 5", "Transfer-Encoding: chunked"], 400),
        ([JSON, "Content-Length: 5"], 400),
        (["Content-Type: application/json\xff", "Content-Length: 5"], 415),
        (["Content-Length: 5"], 415),
        ([JSON, "Content-Length: 5", "Accept: text/html"], 406),
        ([JSON, "Content-Length: 5", "Accept: ;;;=,/*/q"], 406),
    ],
)
def test_headers_that_contradict_the_body_are_refused(send, headers, status):
    assert send(POST, *headers, body=payment("contradiction"))[0] == status
    assert not Transaction.objects.filter(external_id="contradiction").exists()


def test_a_body_in_chunks_is_read(send):
    body = payment("chunked")
    chunks = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    status, answer = send(POST, JSON, "Transfer-Encoding: chunked", body=chunks)
    assert (status, json.loads(answer)["accepted"]) == (202, 1)


def test_lines_that_break_off_are_kept_up_to_there(send):
    body = payment("whole") + b"\n" + payment("half")[:20]
    status, answer = send(POST, LINES, "Content-Length: 5000", body=body, close=True)
    assert status == 202
    assert json.loads(answer.splitlines()[-1])["accepted"] == 1
    assert Transaction.objects.filter(external_id="whole").exists()
    assert not Transaction.objects.filter(external_id="half").exists()


@pytest.mark.parametrize(
    "shown", ["", "x", ".", "x" * 5000, "\xff\xfe.\xff", "0123456789ab.wrong", "a.b, c"]
)
def test_a_key_of_any_form_is_a_401(send, shown):
    status, body = send("GET /api/v1/policies/", key=f"Api-Key {shown}")
    assert (status, json.loads(body)["code"]) == (401, "invalid_key")
