"""Every command of docs/api.md works as the page says."""

import json
import re
import shlex
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from django.utils import timezone
from rest_framework.test import RequestsClient

from labeling import services
from labeling.api.urls import urlpatterns as desk_urls
from labeling.models import ReviewTask, Verdict
from scoring.services.api_keys import create_api_key
from tests.labeling.payments import draw_for_audit, hold
from tests.monitoring.decided import add_decided

PAGE = (Path(__file__).parent.parent / "docs" / "api.md").read_text()
COMMAND = re.compile(r"```sh\n(curl .*?)\n# (\d+)\n```", re.DOTALL)

pytestmark = pytest.mark.django_db


def commands():
    """Yield method, address, media type, body and expected status of each command."""
    for command, status in COMMAND.findall(PAGE):
        words = shlex.split(command.replace("\\\n", " "))[1:]
        options = {"-X": "GET", "-d": "", "--data-binary": ""}
        headers, address = {}, ""
        while words:
            word = words.pop(0)
            if word == "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            elif word in options:
                options[word] = words.pop(0)
            else:
                address = word.removeprefix("$FRAUDREVIEW")
        key = headers["Authorization"].removeprefix("Api-Key ")
        body = options["-d"] or options["--data-binary"]
        yield key, options["-X"], address, headers.get("Content-Type"), body, int(status)


def test_the_commands_work_in_their_order(api_key, production_model, sam, now):
    keys = {
        "$KEY": api_key("transactions:write", "decisions:read", "labels:write"),
        "$TICKETS": api_key("labels:write", "appeals", acts_for=sam),
    }
    add_decided("block", 1, at=now, external_id="txn_blocked")
    files = {"@payments.ndjson": (b'{"external_id": "txn_3"}\n' * 2).decode()}
    found = list(commands())
    assert len(found) == 9
    for key, method, address, media_type, body, status in found:
        answer = keys[key].generic(method, address, files.get(body, body), content_type=media_type)
        assert answer.status_code == status, (address, answer.content)


def test_the_answer_about_many_is_true(api_key):
    api = api_key("transactions:write")
    told = re.search(r"```json\n(\{\"accepted\".*?)\n```", PAGE, re.DOTALL)[1]
    body = next(body for *_, body, _ in commands() if body.startswith("["))
    answer = api.generic("POST", "/api/v1/transactions/", body, content_type="application/json")
    assert answer.json() == json.loads(told)


def review(monkeypatch, secret, judge, doubts):
    """Run the loop of the page, with these two functions of the reader's own."""
    source = next(code for code in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
    # The same session, whose requests go straight to the application.
    monkeypatch.setattr(requests, "Session", RequestsClient)
    monkeypatch.setenv("REVIEW_KEY", secret)
    monkeypatch.setenv("FRAUDREVIEW", "http://testserver")
    exec(source, {"judge": judge, "doubts": doubts})


def test_the_loop_reviews_all_that_waits(monkeypatch, alice):
    clock = timezone.now()
    hold(now=clock, external_id="clear", amount="10.00")
    hold(now=clock, external_id="doubtful", amount="900.00")
    draw_for_audit("block", now=clock, external_id="drawn")
    services.open_cases(now=clock)
    _, secret = create_api_key(name="desk", scopes=["review"], now=clock, acts_for=alice)

    def judge(case):
        opinion = case["items"][0]["opinion"]
        if opinion and opinion["outcome"] == "block":
            return {
                "verdict": "fraud",
                "reason_code": "stolen_card",
                "note": "The model sees more.",
            }
        return {"verdict": "legitimate"}

    review(monkeypatch, secret, judge, lambda case, said: float(case["at_stake"]) > 500)
    services.commit_due(now=clock + timedelta(minutes=1))
    judged = Verdict.objects.order_by("pk").values_list(
        "item__transaction__external_id", "value", "blind"
    )
    assert sorted(judged) == [
        ("clear", "legitimate", False),
        ("drawn", "fraud", False),
        ("drawn", "legitimate", True),
    ]
    (left,) = ReviewTask.objects.exclude(status="done")
    assert (left.lane, left.status) == ("escalated", "open")
    assert left.items.get().transaction.external_id == "doubtful"


def test_every_call_of_the_desk_is_named():
    calls = (each.pattern.name for each in desk_urls if "tasks/" in str(each.pattern))
    named = set(re.findall(r"`(?:\w+ tasks/\{id\}/)?(\w+)/`", PAGE))
    assert {name.removeprefix("api-task-") for name in calls} - named == {"api-claim", "api-task"}


def test_every_scope_is_named():
    from scoring.access import SCOPES

    assert all(f"`{scope}`" in PAGE for scope in SCOPES)


def test_every_code_of_the_intake_is_named():
    source = "".join(
        (Path(__file__).parent.parent / path).read_text()
        for path in ("scoring/domain/values.py", "scoring/domain/intake.py")
    )
    codes = set(re.findall(r'(?:Refused|FieldError)\(\s*(?:[\w"]+, )?"(\w+)"', source))
    assert len(codes) > 10
    assert {code for code in codes if f"`{code}`" not in PAGE} == set()
