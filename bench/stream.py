"""A sender of NDJSON: a process of its own, with some connections that each send bodies of lines.

`python -m bench.stream` reads a task as JSON from its input. It prepares everything, prints a
line, waits for a line, sends, and prints a JSON object: what was accepted, and when.
"""

import http.client
import json
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from bench.history import World
from bench.payments import payments

HOST = "127.0.0.1"
LINES_PER_BODY = 10_000


def bodies(task: dict[str, Any]) -> list[bytes]:
    """Return the payments of the task as NDJSON, cut into bodies."""
    count = task["count"]
    start = datetime.fromisoformat(task["now"]) - timedelta(minutes=10)
    drawn = payments(
        count,
        world=World(task["history_rows"]),
        seed=task["seed"],
        prefix=task["prefix"],
        start=start,
        step=timedelta(minutes=10) / count,
    )
    lines = [json.dumps(payment, separators=(",", ":")) for payment in drawn]
    cuts = range(0, count, LINES_PER_BODY)
    return [("\n".join(lines[cut : cut + LINES_PER_BODY]) + "\n").encode() for cut in cuts]


def send_all(port: int, key: str, parts: Iterable[bytes], connections: int) -> dict[str, int]:
    """Send the bodies over so many connections at a time; return the sums of their summaries."""
    totals = {"lines": 0, "accepted": 0, "duplicates": 0, "error_count": 0}
    with ThreadPoolExecutor(connections) as pool:
        for summary in pool.map(lambda body: _send(port, key, body), parts):
            for name in totals:
                totals[name] += summary[name]
    return totals


def _send(port: int, key: str, body: bytes) -> dict[str, Any]:
    headers = {"Content-Type": "application/x-ndjson", "Authorization": f"Api-Key {key}"}
    connection = http.client.HTTPConnection(HOST, port, timeout=600)
    try:
        connection.request("POST", "/api/v1/transactions/", body, headers)
        answer = connection.getresponse()
        last = answer.read().splitlines()[-1]
    finally:
        connection.close()
    summary: dict[str, Any] = json.loads(last)
    if answer.status != 202 or summary.get("code"):
        raise RuntimeError(f"{answer.status}: {last.decode()[:500]}")
    return summary


def main() -> None:
    """Prepare, wait for the word, send, report."""
    task = json.loads(sys.stdin.readline())
    parts = bodies(task)
    print("ready", flush=True)
    sys.stdin.readline()
    started, spent = time.time(), time.process_time()
    totals = send_all(task["port"], task["key"], parts, task["connections"])
    report = {
        **totals,
        "started_at": started,
        "ended_at": time.time(),
        "cpu": time.process_time() - spent,
        "bytes": sum(map(len, parts)),
    }
    print(json.dumps(report), flush=True)


if __name__ == "__main__":
    main()
