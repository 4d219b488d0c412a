"""The queue pipeline, from the first line sent to the last decision made and the last case opened.

Payments go as NDJSON over REST into the real web process while real Celery workers decide them.
Then the very rows that came out go by raw COPY into a copy of the database as it was before.
"""

import json
import subprocess
import sys
import time
from typing import Any

from django.db import connection
from django.utils import timezone

from bench import copying, processes, storage
from bench.base import Base
from bench.checks import require_cases, require_decided
from bench.databases import database, settle
from bench.installation import FOLDER, ROOT
from bench.options import Options
from bench.progress import say

PREFIX = "p"
WARM_UP = "w"
WARM_UP_ROWS = 2_000
PATIENCE_SECONDS = 900.0
_WAITING = """
SELECT EXISTS (SELECT 1 FROM scoring_queuedtransaction)
    OR EXISTS (SELECT 1 FROM scoring_caserequest WHERE consumed_at IS NULL)
"""


def measure(options: Options, base: Base) -> dict[str, Any]:
    """Return the sustained rate, that of COPY, their ratio, bytes, and processor time by group."""
    with database("pipeline", template=base.database):
        empty = storage.sizes()
        found = _through_the_processes(options, base)
        require_decided(PREFIX, options.pipeline_rows)
        require_cases()
        settle()
        rows = options.pipeline_rows + WARM_UP_ROWS
        found["storage"] = storage.per_transaction(empty, storage.sizes(), rows)
        files = copying.export(FOLDER / "copy")
    with database("copy", template=base.database):
        found["copy"] = copying.load(files, rows)
    for file in files.values():
        file.unlink()
    found["ratio_to_copy"] = found["per_second"] / found["copy"]["per_second"]
    say(f"pipeline / COPY = 1/{1 / found['ratio_to_copy']:.1f}")
    return found


def _through_the_processes(options: Options, base: Base) -> dict[str, Any]:
    with (
        processes.web(options, options.web_processes) as (web, port),
        processes.workers(options.worker_processes, batch_size=options.batch_size) as worker,
    ):
        _send_and_wait(options, base, port, WARM_UP, WARM_UP_ROWS)
        settle()
        groups = {"web": web.pid, "worker": worker.pid, "postgres": processes.postgres_pid()}
        before = {name: processes.cpu_seconds(pid) for name, pid in groups.items()}
        found = _send_and_wait(options, base, port, PREFIX, options.pipeline_rows)
        cpu = {name: processes.cpu_seconds(pid) - before[name] for name, pid in groups.items()}
    cpu["sender"] = found.pop("sender_cpu")
    found["cpu_seconds"] = {name: round(seconds, 2) for name, seconds in cpu.items()}
    found["processes"] = {"web": options.web_processes, "worker": options.worker_processes}
    told = ", ".join(f"{name} {seconds:.1f}" for name, seconds in cpu.items())
    say(
        f"pipeline: {found['per_second']:,.0f}/s (taken in at {found['intake_per_second']:,.0f}/s);"
        f" CPU seconds: {told}"
    )
    return found


def _send_and_wait(
    options: Options, base: Base, port: int, prefix: str, count: int
) -> dict[str, Any]:
    """Send so many payments; return when none waits and every case is open, with the rates."""
    task = {
        "port": port,
        "key": base.key,
        "count": count,
        "prefix": prefix,
        "seed": options.seed,
        "history_rows": base.world.rows,
        "now": timezone.now().isoformat(),
        "connections": options.senders,
    }
    report = send_stream(task)
    if report["accepted"] != count:
        raise RuntimeError(f"not all payments were accepted: {report}")
    wait_for_queue()
    ended = time.time()
    return {
        "rows": count,
        "seconds": ended - report["started_at"],
        "per_second": count / (ended - report["started_at"]),
        "intake_per_second": count / (report["ended_at"] - report["started_at"]),
        "sender_cpu": report["cpu"],
    }


def send_stream(task: dict[str, Any]) -> dict[str, Any]:
    """Carry out a task of `bench.stream`; nothing is sent before everything is prepared."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.stream"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    )
    assert process.stdin and process.stdout
    print(json.dumps(task), file=process.stdin, flush=True)
    process.stdout.readline()
    output, _ = process.communicate("go\n")
    if process.returncode:
        raise RuntimeError("the sender failed, see above")
    report: dict[str, Any] = json.loads(output)
    return report


def wait_for_queue() -> None:
    """Return when nothing waits for its decision or its case; TimeoutError if it takes too long."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while _something_waits():
        if time.monotonic() > deadline:
            raise TimeoutError("the last decision and case did not come")
        time.sleep(0.05)


def _something_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        return bool(cursor.fetchone()[0])
