"""Lines over a real connection to a real server: chunked, broken off, silent, in bounded memory."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from scoring.models import Transaction
from scoring.services.api_keys import create_api_key
from tests.processes import NO_BROKER, Processes, free_port, wait_until

URL = "/api/v1/transactions/"
LINES = "application/x-ndjson"


class Web:
    """A web process and a key for it."""

    def __init__(self, processes, port, key):
        self.processes, self.port, self.key = processes, port, key

    def is_up(self):
        try:
            return self.ask("GET", "/healthz")[0] == 200
        except OSError:
            return False

    def ask(self, method, address, body=None, media_type="application/json", **headers):
        """Send a body, chunked where it is an iterator; return status and what was answered."""
        chunked = {"Transfer-Encoding": "chunked"} if isinstance(body, Iterator) else {}
        headers |= {"Authorization": f"Api-Key {self.key}", "Content-Type": media_type} | chunked
        caller = HTTPConnection("127.0.0.1", self.port, timeout=300)
        try:
            caller.request(method, address, body, headers, encode_chunked=bool(chunked))
            answer = caller.getresponse()
            return answer.status, answer.read()
        finally:
            caller.close()

    @contextmanager
    def begun(self):
        """A connection on which a chunked stream of lines has begun; yields how to send one."""
        head = (
            f"POST {URL} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Api-Key {self.key}\r\n"
            f"Content-Type: {LINES}\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as caller:
            caller.sendall(head.encode())
            yield caller

    def peak_memory(self):
        """Return the peak of the process that answers, in MB."""
        master = self.processes.running[-1].pid
        (worker,) = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        status = Path(f"/proc/{worker}/status").read_text()
        kilobytes = next(row for row in status.splitlines() if row.startswith("VmHWM"))
        return int(kilobytes.split()[1]) / 1024


@pytest.fixture
def web(committed_db, tmp_path):
    _, key = create_api_key(name="test", scopes=["transactions:write"], now=timezone.now())
    port = free_port()
    with Processes(tmp_path, redis_url=NO_BROKER, FRAUDREVIEW_SILENCE_SECONDS="2") as processes:
        processes.start_web(port)
        web = Web(processes, port, key)
        wait_until(web.is_up, what=f"the web process\n{processes.logs()}")
        yield web
        connection.close()


def line(number, prefix="t"):
    payment = {
        "external_id": f"{prefix}{number}",
        "occurred_at": (timezone.now() - timedelta(minutes=1)).isoformat(),
        "amount": "12.30",
        "currency": "EUR",
        "customer_id": f"C{number % 1000}",
        "attributes": {"number": number},
    }
    return json.dumps(payment).encode() + b"\n"


def lines(count, prefix="t"):
    return (line(number, prefix) for number in range(count))


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


def stored(prefix):
    return Transaction.objects.filter(external_id__startswith=prefix).count()


def test_lines_over_a_real_connection(web):
    a_chunked_client_is_told_after_each_thousand(web)
    another_cut_of_the_chunks_is_the_same_stream(web)
    a_chunked_list_is_read_like_any_other(web)
    whoever_breaks_off_keeps_what_was_told_and_may_send_it_all_again(web)
    whoever_falls_silent_is_given_up_and_told(web)
    nonsense_is_refused_at_once(web)


def a_chunked_client_is_told_after_each_thousand(web):
    status, answer = web.ask("POST", URL, lines(2500), LINES)
    *progress, summary = map(json.loads, answer.splitlines())
    assert status == 202
    assert [part["progress"]["accepted"] for part in progress] == [1000, 2000, 2500]
    assert (summary["accepted"], summary["errors"]) == (2500, [])
    assert stored("t") == 2500


def another_cut_of_the_chunks_is_the_same_stream(web):
    body = b"".join(lines(50, "cut"))
    pieces = (body[start : start + 7] for start in range(0, len(body), 7))
    _, answer = web.ask("POST", URL, pieces, LINES)
    assert json.loads(answer.splitlines()[-1])["accepted"] == stored("cut") == 50


def a_chunked_list_is_read_like_any_other(web):
    pieces = iter([b"[", line(1, "list"), b",", line(2, "list"), b"]"])
    status, answer = web.ask("POST", URL, pieces)
    assert (status, json.loads(answer)["accepted"]) == (202, 2)


def whoever_breaks_off_keeps_what_was_told_and_may_send_it_all_again(web):
    body = [line(number, "torn") for number in range(1500)]
    with web.begun() as caller:
        caller.sendall(b"".join(map(chunk, body)))
        told = caller.recv(65536)
        while b'"progress"' not in told:
            told += caller.recv(65536)
    wait_until(lambda: stored("torn") == 1000, what="the first thousand")
    _, answer = web.ask("POST", URL, iter(body), LINES)
    summary = json.loads(answer.splitlines()[-1])
    assert (summary["accepted"] + summary["duplicates"], stored("torn")) == (1500, 1500)


def whoever_falls_silent_is_given_up_and_told(web):
    with web.begun() as caller:
        caller.sendall(b"".join(chunk(line(number, "silent")) for number in range(1200)))
        told = b""
        while received := caller.recv(65536):
            told += received
    last = json.loads(told.split(b"\r\n")[-4])
    assert (last["code"], last["lines"], stored("silent")) == ("broken_off", 1000, 1000)


def nonsense_is_refused_at_once(web):
    good = line(1, "deep")
    for deep in (b"[" * 100_000, b'{"a":' * 100_000, b"[" * 100_000 + b"]" * 100_000):
        status, answer = web.ask("POST", URL, deep)
        assert (status, json.loads(answer)["code"]) == (400, "malformed")
        status, answer = web.ask("POST", "/api/v1/decisions/", deep)
        assert (status, json.loads(answer)["code"]) == (400, "malformed")
        _, answer = web.ask("POST", URL, deep + b"\n" + good, LINES)
        summary = json.loads(answer.splitlines()[-1])
        assert summary["errors"][0]["code"] in {"malformed", "too_large"}
        assert summary["accepted"] + summary["duplicates"] == 1
    for media_type in ("application/json", LINES):
        status, answer = web.ask("POST", URL, b"x", media_type, **{"Content-Encoding": "gzip"})
        assert (status, json.loads(answer)["code"]) == (415, "unsupported_media_type")


@pytest.mark.slow
def test_a_hundred_times_the_lines_take_no_more_memory(web):
    web.ask("POST", URL, lines(2_000, "few"), LINES)
    before = web.peak_memory()
    status, answer = web.ask("POST", URL, lines(200_000, "many"), LINES)
    assert (status, json.loads(answer.splitlines()[-1])["accepted"]) == (202, 200_000)
    assert web.peak_memory() < before + 16
