"""docs/webhooks.md is true: its calls, its check of signatures, its example and its names."""

import json
import re
import shlex
import socket
from pathlib import Path
from typing import Any

import pytest

from scoring.api.examples import DECISION
from scoring.domain.webhooks import schedule
from scoring.domain.webhooks.bodies import TYPES
from scoring.models import Disposition, WebhookEndpoint
from scoring.selectors.webhooks.secrets import newest_secret
from scoring.services.webhooks import rotate_secret

PAGE = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text()
COMMAND = re.compile(r"^(curl .*?)\n# (\d+)$", re.DOTALL | re.MULTILINE)

pytestmark = pytest.mark.django_db


def commands() -> list[tuple[str, str, str, int]]:
    found = []
    for command, status in COMMAND.findall(PAGE):
        words = shlex.split(command.replace("\\\n", " "))
        method = words[words.index("-X") + 1] if "-X" in words else "GET"
        body = words[words.index("-d") + 1] if "-d" in words else ""
        address = next(word for word in words if word.startswith("$FRAUDREVIEW"))
        found.append((method, address.removeprefix("$FRAUDREVIEW"), body, int(status)))
    return found


def test_the_calls_work(api_key, monkeypatch):
    # The world outside: the example's host has an address.
    entry = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 443))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [entry])
    api = api_key("webhooks")
    calls = commands()
    assert len(calls) == 3
    for method, address, body, status in calls:
        made = WebhookEndpoint.objects.first()
        address = address.replace("/1/", f"/{made.pk if made else 1}/")
        answer = api.generic(method, address, body, content_type="application/json")
        assert answer.status_code == status, (address, answer.content)


def test_its_check_accepts_ours_and_nothing_else(
    shop, subscribe, tell, deliver, clock, monkeypatch
):
    code = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert code
    names: dict[str, Any] = {}
    exec(code[1], names)
    monkeypatch.setattr(names["time"], "time", lambda: clock().timestamp())
    check = names["is_genuine"]
    endpoint = subscribe(shop.url, "model.stage_changed")
    old = newest_secret(endpoint)
    new = rotate_secret(endpoint=endpoint, now=clock())
    tell()
    deliver()
    (request,) = shop.requests
    assert check(old, request.headers, request.body) and check(new, request.headers, request.body)
    assert not check(new, request.headers, request.body + b" ")
    assert not check("whsec_AAAA", request.headers, request.body)
    later = {**request.headers, "webhook-timestamp": str(int(clock().timestamp()) + 1)}
    assert not check(new, later, request.body)


def test_its_example_has_every_field(production_model, send, decide_now, shop, subscribe, deliver):
    told = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert told
    example = json.loads(told[1])
    subscribe(shop.url)
    send()
    decide_now()
    deliver()
    assert list(shop.requests[0].told) == list(example)
    assert set(example["data"]) == set(DECISION) == set(shop.requests[0].data)


def test_every_event_and_cause_is_named():
    assert all(f"| `{type}` |" in PAGE for type in TYPES)
    assert all(f"`{cause}`" in PAGE for cause in Disposition.Cause.values)


def test_its_numbers_are_those_of_the_schedule():
    assert f"{schedule.ATTEMPTS} attempts" in PAGE
    assert f"After {schedule.DISABLED_AFTER.days} days" in PAGE
    assert f"after {schedule.SUSPECT} failures" in PAGE
    assert f"{schedule.AT_ONCE} requests at once" in PAGE
