"""The client of the programs waits for a server that is busy or away, and gives up when told."""

import pytest

from fraudreview.api_client import ApiClient, Unreachable
from tests.processes import free_port
from tests.receivers import Receiver, receiver


@pytest.fixture
def server():
    with receiver() as listening:
        yield listening


def address(server: Receiver) -> str:
    return f"http://127.0.0.1:{server.port}"


def test_a_busy_server_is_asked_again_as_late_as_it_says(server: Receiver) -> None:
    server.headers["Retry-After"] = "0.01"
    server.answer = lambda _: 429 if len(server.requests) < 3 else 200
    client = ApiClient(address(server), "a.key", tries=5, pause=60)
    assert client.post("tasks/claim/", {})[0] == 200
    assert len(server.requests) == 3


def test_an_error_of_the_server_is_tried_again_with_the_same_body(server: Receiver) -> None:
    server.answer = lambda _: 503 if len(server.requests) < 2 else 409
    client = ApiClient(address(server), "a.key", tries=5, pause=0)
    assert client.post("tasks/7/verdict/", {"token": 3})[0] == 409
    first, second = server.requests
    assert first.body == second.body and first.path == "/api/v1/tasks/7/verdict/"
    assert first.headers["authorization"] == "Api-Key a.key"


def test_a_refusal_is_not_tried_again(server: Receiver) -> None:
    server.answer = lambda _: 403
    assert ApiClient(address(server), "a.key", tries=5).post("tasks/claim/", {})[0] == 403
    assert len(server.requests) == 1


def test_a_server_that_never_comes_is_given_up() -> None:
    client = ApiClient(f"http://127.0.0.1:{free_port()}", "a.key", tries=2, pause=0)
    with pytest.raises(Unreachable, match="GET cases/ had no answer 2 times"):
        client.get("cases/")
