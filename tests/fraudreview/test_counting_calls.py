"""Calls are counted in a real Valkey: over processes, over its restart, and without it."""

import socket
import threading
from datetime import UTC, datetime, timedelta

import pytest
import redis

from scoring.services import throttling
from scoring.services.throttling import Budgets, SharedCounter
from tests.fraudreview.installations import wait_until
from tests.processes import NO_BROKER, free_port

NOW = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
LATER = NOW + throttling.PAUSE


@pytest.fixture
def valkey(installation):
    """Return an installation whose Valkey runs as long as the test."""
    installation.user("ensure_redis()")
    return installation


def url(installation):
    address = installation.address("valkey")
    return f"redis://:{address['password']}@127.0.0.1:{address['port']}/0"


def budgets(installation):
    """Return the budgets of a process of its own."""
    counter = SharedCounter(url(installation))
    return Budgets(lambda name, amount, now: counter.add(name, amount, now=now))


def allowed(one, calls, *, now=NOW, limit=100):
    return sum(not one.spend("key", cost=1, limit=limit, now=now) for _ in range(calls))


def test_processes_share_a_budget_that_begins_anew_each_minute(valkey):
    first, second = budgets(valkey), budgets(valkey)
    assert allowed(first, 70) + allowed(second, 70) == 100
    assert allowed(second, 70, now=NOW + timedelta(minutes=1)) == 70


def test_a_restart_of_the_server_loses_counts_and_refuses_nobody(valkey):
    one, other = budgets(valkey), budgets(valkey)
    assert allowed(one, 100) == 100
    server = valkey.server("valkey")
    with redis.Redis.from_url(url(valkey)) as client:
        client.shutdown(nosave=True)
    wait_until(lambda: valkey.is_running("valkey") and valkey.server("valkey") != server)
    assert allowed(other, 150, now=NOW) >= 100
    assert allowed(other, 150, now=NOW + timedelta(minutes=1)) == 100


def test_an_evicted_sum_begins_anew(valkey):
    one, other = budgets(valkey), budgets(valkey)
    assert allowed(one, 100) == 100
    with redis.Redis.from_url(url(valkey)) as client:
        client.flushall()
    assert allowed(other, 150) == 100


def test_sums_have_an_end_so_that_they_do_not_gather(valkey):
    allowed(budgets(valkey), 1)
    with redis.Redis.from_url(url(valkey)) as client:
        (name,) = client.keys("fraudreview:spent:*")
        assert 60 <= client.ttl(name) <= 120


def test_without_a_server_every_call_goes_ahead():
    counter = SharedCounter(NO_BROKER)
    assert counter.add("key", 1, now=NOW) is None


def test_a_server_that_does_not_answer_is_asked_once_in_five_seconds():
    """It accepts connections and says nothing: the worst kind of dead."""
    port, asked = free_port(), []
    with socket.create_server(("127.0.0.1", port), backlog=16) as server:

        def count():
            while True:
                try:
                    asked.append(server.accept())
                except OSError:
                    return

        listening = threading.Thread(target=count, daemon=True)
        listening.start()
        counter = SharedCounter(f"redis://127.0.0.1:{port}/0")
        for _ in range(1000):
            assert counter.add("key", 1, now=NOW) is None
        wait_until(lambda: asked)
        assert len(asked) == 1
        assert counter.add("key", 1, now=LATER) is None
        wait_until(lambda: len(asked) == 2)
        server.shutdown(socket.SHUT_RDWR)
    listening.join(10)
    for connection, _ in asked:
        connection.close()


def test_after_the_pause_a_server_that_is_back_counts_again(valkey):
    counter = SharedCounter(url(valkey))
    counter._silent_until = LATER
    assert counter.add("key", 1, now=NOW) is None
    assert counter.add("key", 1, now=LATER) == 1
