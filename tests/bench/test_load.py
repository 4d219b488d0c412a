"""The load counts every answer, and nothing but complete answers."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from bench.load import is_complete, run
from bench.processes import listens
from tests.processes import ROOT, free_port, wait_until

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.fixture
def port() -> Iterator[int]:
    port = free_port()
    server = subprocess.Popen([sys.executable, "-m", "bench.trivial", str(port)], cwd=ROOT)
    wait_until(lambda: listens(port), what="listening")
    yield port
    server.kill()
    server.wait()


def task(port, **more):
    return {
        "port": port,
        "connections": 3,
        "warm_up": 0.05,
        "seconds": 0.2,
        "now": "2026-11-19T12:00:00+00:00",
        "requests": {"shape": "constant", "path": "/"},
        **more,
    }


def test_a_closed_loop_measures_answers_after_the_warm_up(port):
    found = run(task(port))
    assert found["errors"] == found["reconnects"] == 0
    assert 0 < found["answers"] < found["sent"]
    assert found["latencies"] == sorted(found["latencies"])
    assert len(found["latencies"]) == found["answers"] == found["statuses"]["200"]


def test_an_open_loop_sends_as_many_as_were_due(port):
    found = run(task(port, rate=500.0, warm_up=0.1))
    assert found["sent"] == 150
    assert found["answers"] == 100
    assert found["first_due_at"] > 0


@pytest.mark.parametrize(
    "answer",
    [
        HEAD + b"Content-Length: 4\r\n\r\nfour",
        HEAD + b"content-length:0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n0\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\n\r\n",
    ],
)
def test_an_answer_is_complete_with_its_last_byte(answer):
    assert is_complete(answer)
    assert not any(is_complete(answer[:end]) for end in range(len(answer)))
