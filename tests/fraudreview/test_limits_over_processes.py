"""Two web processes refuse together, and neither waits when the server that counts is gone."""

from http.client import HTTPConnection

import pytest
import redis
from django.utils import timezone

from scoring.services.api_keys import create_api_key
from tests.processes import Processes, free_port, wait_until

LIMIT = 20


def ask(port, key):
    """Return the status of a call and when to come back."""
    caller = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        headers = {"Authorization": f"Api-Key {key}"}
        caller.request("GET", "/api/v1/decisions/nobody/", headers=headers)
        answer = caller.getresponse()
        answer.read()
        return answer.status, answer.headers.get("Retry-After")
    except OSError:
        return 0, None
    finally:
        caller.close()


def in_one_minute(call):
    """Return what `call` returns when no minute of the clock ends meanwhile."""
    while True:
        before = timezone.now().replace(second=0, microsecond=0)
        answer = call()
        if timezone.now().replace(second=0, microsecond=0) == before:
            return answer


@pytest.mark.slow
def test_two_processes_share_a_limit_until_nobody_counts(committed_db, installation, tmp_path):
    _, key = create_api_key(name="test", scopes=["decisions:read"], now=timezone.now())
    holder = installation.user("ensure_redis()")
    address = installation.address("valkey")
    url = f"redis://:{address['password']}@127.0.0.1:{address['port']}/0"
    ports = [free_port(), free_port()]
    limits = {"FRAUDREVIEW_REQUESTS_PER_MINUTE": str(LIMIT)}
    with Processes(tmp_path, redis_url=url, **limits) as processes:
        for port in ports:
            processes.start_web(port)
        wait_until(lambda: all(ask(port, key)[0] for port in ports), what=processes.logs())

        def calls():
            with redis.Redis.from_url(url) as client:
                client.flushall()
            return [ask(ports[number % 2], key) for number in range(2 * LIMIT)]

        # What a process knows is exhausted it does not ask about again before the next minute.
        wait_until(lambda: ask(ports[0], key)[0] == ask(ports[1], key)[0] == 404, what="a minute")
        answers = in_one_minute(calls)
        assert {status for status, _ in answers} == {404, 429}
        assert sum(status == 404 for status, _ in answers) <= LIMIT
        assert all(1 <= int(wait) <= 60 for status, wait in answers if status == 429)
        installation.end(holder)
        wait_until(lambda: not installation.is_running("valkey"), what="the end of Valkey")
        wait_until(lambda: ask(ports[0], key)[0] == 404, what="a call that nobody counts")
        assert {ask(ports[0], key)[0] for _ in range(3 * LIMIT)} == {404}
