"""The main job, end to end: real PostgreSQL, Valkey, web server, workers, beat and browser.

A payment comes in over REST, a worker scores it, an analyst judges it in a browser, the verdict
becomes a label and releases the payment, the metrics show it, a model is trained and promoted,
and the next payment is decided by the new version. Nothing is restarted on the way.
"""

import json
import re
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import numpy as np
import pytest
from django.utils import timezone

from fraudreview import embedded
from fraudreview.simulation import SimulationSettings, simulate
from fraudreview.simulation.files import write_rows
from labeling.models import Label
from labeling.services.history import import_history
from scoring.models import Disposition
from scoring.services.api_keys import create_api_key
from tests.processes import Processes, free_port, wait_until

DAYS, PER_DAY = 75, 120
PASSWORD = "a password of the test"
# Keys are ignored for 250 ms after a page appears: a double tap must not decide.
DEAF_MS = 400
SCOPES = ["transactions:write", "decisions:read", "labels:write", "models", "metrics:read"]


class Refused(AssertionError):
    """An answer with an error status."""


@dataclass
class Api:
    """A program that calls the product over HTTP."""

    address: str
    secret: str

    def get(self, path: str) -> Any:
        return self.call("GET", path)

    def post(self, path: str, body: Any) -> Any:
        return self.call("POST", path, body)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(
            f"{self.address}/api/v1/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Api-Key {self.secret}",
                "Content-Type": "application/json",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return json.loads(response.read())
        except HTTPError as error:
            raise Refused(f"{method} {path}: {error.code} {error.read()!r}") from error


@pytest.fixture
def installation(
    committed_db: str, model_storage: Path, tmp_path: Path, alice: Any, dana: Any
) -> Iterator[tuple[Api, Processes]]:
    """A running product with ten weeks of history and no model."""
    for person in (alice, dana):
        person.set_password(PASSWORD)
        person.save()
    _import_history(tmp_path)
    _, secret = create_api_key(
        name="journey", scopes=SCOPES, now=timezone.now(), acts_for=dana, created_by=dana
    )
    with Processes(tmp_path, redis_url=embedded.ensure_redis()) as processes:
        port = free_port()
        processes.start_web(port)
        processes.start_worker("scoring,default")
        processes.start_worker("training")
        processes.start_beat()
        api = Api(f"http://127.0.0.1:{port}", secret)
        wait_until(lambda: _answers(api), what="the web server's first answer")
        yield api, processes


def _import_history(folder: Path) -> None:
    now = timezone.now()
    start = datetime.combine(now.date(), datetime.min.time(), UTC) - timedelta(days=DAYS)
    settings = SimulationSettings(days=DAYS, per_day=PER_DAY, start_at=start)
    path = folder / "history.parquet"
    write_rows(simulate(settings, np.random.default_rng(11)), path)
    summary = import_history(path=path, mapping_name="simulation", now=now)
    assert summary.imported > DAYS * PER_DAY / 2, summary


def _answers(api: Api) -> bool:
    try:
        with urllib.request.urlopen(f"{api.address}/healthz", timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def test_the_main_job(installation: tuple[Api, Processes], browser: Any) -> None:
    api, processes = installation

    first = _train_and_promote(api, processes)
    _send(api, "journey-1")
    answer = _decision(api, "journey-1")
    assert (answer["outcome"], answer["final_outcome"]) == ("review", "review")
    assert answer["model_version"] == first
    assert answer["reason_codes"] and answer["reason_codes"][0]["sentence"]
    assert not answer["degraded"]

    labels_before = _labels_in_new_report(api, processes)
    _judge_in_the_browser(browser, api.address)

    # The verdict can be undone for ten seconds; then the server commits it by itself.
    labels = Label.objects.filter(transaction__external_id="journey-1")
    wait_until(labels.exists, seconds=40, what="the commit of the verdict")
    label = labels.get()
    assert (label.value, label.source, label.reviewer.username) == (
        "legitimate",
        "verdict",
        "alice",
    )
    assert Disposition.objects.get(transaction__external_id="journey-1").action == "release"
    answer = api.get("decisions/journey-1/")
    assert (answer["outcome"], answer["final_outcome"]) == ("review", "approve")
    assert answer["disposition"] == "release"
    assert _labels_in_new_report(api, processes) == labels_before + 1

    second = _train_and_promote(api, processes)
    assert second > first
    _send(api, "journey-2")
    assert _decision(api, "journey-2")["model_version"] == second
    assert api.get("decisions/journey-1/")["model_version"] == first


def _train_and_promote(api: Api, processes: Processes) -> int:
    """Train a candidate, give it a policy that has people look at everything, promote both."""
    run = api.post("training-runs/", {"feature_set": "default"})
    wait_until(
        lambda: _run(api, run)["status"] in ("succeeded", "failed"),
        seconds=240,
        what=f"the end of the training\n{processes.logs()}",
    )
    done = _run(api, run)
    assert done["status"] == "succeeded", done["error"]
    number = int(done["model_version"])
    policy = api.post(
        "policies/",
        {
            "model_version": number,
            "review_threshold": 0.0,
            "block_threshold": None,
            "rule": "The journey sends every payment to people.",
        },
    )
    api.post(
        f"model-versions/{number}/stage/",
        {
            "stage": "production",
            "policy": policy["number"],
            "reason": "The journey promotes what it has just trained.",
        },
    )
    return number


def _run(api: Api, run: Any) -> Any:
    return next(each for each in api.get("training-runs/")["results"] if each["id"] == run["id"])


def _send(api: Api, external_id: str) -> None:
    summary = api.post(
        "transactions/",
        {
            "external_id": external_id,
            "occurred_at": timezone.now().isoformat(),
            "amount": "129.90",
            "currency": "EUR",
            "customer_id": "journey-customer",
            "card_id": "journey-card",
            "merchant_id": "journey-merchant",
            "channel": "web",
            "payment_method": "card",
            "country": "DE",
        },
    )
    assert summary["accepted"] == 1, summary


def _decision(api: Api, external_id: str) -> Any:
    wait_until(
        lambda: "outcome" in api.get(f"decisions/{external_id}/"), what="the decision", seconds=60
    )
    return api.get(f"decisions/{external_id}/")


def _labels_in_new_report(api: Api, processes: Processes) -> int:
    """Have a worker compute the reports now, as beat does every hour, and read the labels."""
    asked_at = timezone.now()
    processes.send("monitoring.run_reports")
    wait_until(
        lambda: _report_is_shown(api, asked_at), what=f"a report over REST\n{processes.logs()}"
    )
    return int(api.get("metrics/performance/")["labels"])


def _report_is_shown(api: Api, since: datetime) -> bool:
    try:
        report = api.get("metrics/performance/")
    except Refused:  # none yet
        return False
    return datetime.fromisoformat(report["computed_at"]) >= since


def _judge_in_the_browser(browser: Any, address: str) -> None:
    """Alice logs in, takes the next case by key, sees why, and calls it legitimate by key."""
    page = browser.new_page()
    page.goto(f"{address}/login/")
    page.fill("input[name=username]", "alice")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/queue/")
    page.wait_for_selector("[data-key=n]:not([disabled])")
    page.wait_for_timeout(DEAF_MS)
    page.keyboard.press("n")
    page.wait_for_url("**/tasks/*/")
    text = page.inner_text("main")
    assert "129.90" in text
    assert "journey-customer" in text
    assert "Sum, in log-odds" in text
    page.wait_for_timeout(DEAF_MS)
    page.keyboard.press("l")
    page.wait_for_url(re.compile(r"/queue/\?decided=\d+$"))
    page.close()
