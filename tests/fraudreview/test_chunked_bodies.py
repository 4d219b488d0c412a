"""A body that comes in chunks is read like any other, and never without an end."""

import socket
from io import BytesIO

import pytest

from fraudreview.chunked import with_lengths


def read_by_length(environ, start_response):
    return [environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))]


def send(body, **environ):
    application = with_lengths(read_by_length, limit=10, silence=5)
    return application({"wsgi.input": BytesIO(body), **environ}, None)[0]


def test_a_chunked_body_gets_its_length():
    told = {"wsgi.input_terminated": True, "CONTENT_TYPE": "application/json"}
    assert send(b"[1, 2]", **told) == b"[1, 2]"


def test_no_more_is_read_than_shows_that_it_is_too_large():
    assert send(b"x" * 99, **{"wsgi.input_terminated": True}) == b"x" * 11


@pytest.mark.parametrize(
    "environ",
    [
        {"CONTENT_LENGTH": "3", "wsgi.input_terminated": True},
        {"CONTENT_LENGTH": "3"},
    ],
)
def test_a_body_with_a_length_is_left_alone(environ):
    assert send(b"abcdef", **environ) == b"abc"


def test_lines_are_not_read_ahead():
    told = {"wsgi.input_terminated": True, "CONTENT_TYPE": "application/x-ndjson; charset=utf-8"}
    assert send(b"{}\n{}\n", **told) == b""


def test_a_server_that_ends_nothing_is_not_waited_for():
    assert send(b"abc") == b""


def test_a_client_that_falls_silent_is_not_waited_for_ever():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        send(b"abc", **{"gunicorn.socket": ours})
        assert ours.gettimeout() == 5
