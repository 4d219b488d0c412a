"""How many labels a second come in: out of a file, and over REST in lists of a thousand."""

import http.client
import json
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import polars as pl
from django.db import connection
from django.utils import timezone

from bench import processes
from bench.base import Base
from bench.databases import database, settle
from bench.installation import FOLDER, HOST
from bench.options import Options
from labeling.services.label_files import import_labels
from scoring.services.api_keys import create_api_key

LIST = 1_000
# Of all that arrives; most companies also send what proved to be legitimate.
FRAUD_SHARE = 0.4
SOURCES = {"fraud": ("chargeback", "fraud_report"), "legitimate": ("customer_confirmation",)}


def measure(options: Options, base: Base) -> dict[str, Any]:
    """Return labels a second by file and by REST, each about other payments of the history."""
    now = timezone.now()
    with database("labels", template=base.database):
        rows = _labels(options, now)
        half = len(rows) // 2
        settle()
        by_file = _by_file(rows[:half], FOLDER / "labels.csv", now)
        settle()
        by_rest = _by_rest(rows[half:], options, now)
    return {"labels": half, "per_second": {"file": by_file, "rest": by_rest}}


def _labels(options: Options, now: datetime) -> list[dict[str, str]]:
    chance = random.Random(options.seed)
    with connection.cursor() as cursor:
        cursor.execute("SELECT external_id FROM scoring_transaction WHERE imported ORDER BY id")
        names = [name for (name,) in cursor.fetchall()]
    return [_label(name, chance, now) for name in names]


def _label(external_id: str, chance: random.Random, now: datetime) -> dict[str, str]:
    value = "fraud" if chance.random() < FRAUD_SHARE else "legitimate"
    source = chance.choice(SOURCES[value])
    said_at = now - timedelta(seconds=chance.randrange(1, 86_400))
    label = {"external_id": external_id, "label": value, "source": source}
    return {
        **label,
        "reason": "10.4" if source == "chargeback" else "",
        "occurred_at": said_at.isoformat(),
    }


def _by_file(rows: Sequence[dict[str, str]], path: Path, now: datetime) -> float:
    pl.DataFrame(rows).write_csv(path)
    began = perf_counter()
    summary = import_labels(path=path, now=now)
    seconds = perf_counter() - began
    path.unlink()
    _expect(summary.imported, len(rows))
    return len(rows) / seconds


def _by_rest(rows: Sequence[dict[str, str]], options: Options, now: datetime) -> float:
    _, secret = create_api_key(name="labels", scopes=["labels:write"], now=now)
    headers = {"Authorization": f"Api-Key {secret}", "Content-Type": "application/json"}
    bodies = [json.dumps(rows[place : place + LIST]) for place in range(0, len(rows), LIST)]
    with processes.web(options, 1) as (_, port):
        server = http.client.HTTPConnection(HOST, port, timeout=600)
        began = perf_counter()
        accepted = sum(_post(server, body, headers) for body in bodies)
        seconds = perf_counter() - began
    _expect(accepted, len(rows))
    return len(rows) / seconds


def _post(server: http.client.HTTPConnection, body: str, headers: dict[str, str]) -> int:
    server.request("POST", "/api/v1/labels/", body, headers)
    answer = server.getresponse()
    told = json.loads(answer.read())
    if answer.status != 202:
        raise RuntimeError(f"POST labels/ answered {answer.status}: {told}")
    return int(told["accepted"])


def _expect(found: int, sent: int) -> None:
    if found != sent:
        raise RuntimeError(f"{sent:,} labels were sent and {found:,} taken")
