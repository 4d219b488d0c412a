"""Where the time goes: samples of the web process, of a worker, and of PostgreSQL's statements.

py-spy, in an environment of its own, takes a hundred samples a second of a running process, and
this process asks PostgreSQL as often which statements are at work, and what they wait for.
"""

import re
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from bench import processes
from bench.base import Base
from bench.databases import database, settle
from bench.decisions import our_target
from bench.generator import Generator
from bench.installation import FOLDER
from bench.options import Options
from bench.peers.environments import python_of
from bench.pipeline import WARM_UP_ROWS, send_stream, wait_for_queue

MOST = 20
CONNECTIONS = 8
PAUSE_SECONDS = 0.01
START_SECONDS = 5.0
# Where a stack belongs: the deepest frame whose file matches decides.
PARTS = {
    "features and other SQL, waiting for PostgreSQL": r"psycopg",
    "model": r"xgboost",
    "explanation": r"explanation/",
    "validation": r"scoring/domain/(intake|values|keys)",
    "Django's ORM": r"django/db/",
    "Django REST framework": r"rest_framework/",
    "Django's requests": r"django/",
    "web server": r"gunicorn/|granian",
    "Celery": r"celery/|kombu/|billiard/|redis/",
    "deciding": r"scoring/services/deciding/",
    "intake": r"scoring/services/intake",
    "cases": r"labeling/",
    "the rest of the product": r"scoring/|fraudreview/",
}


def measure(options: Options, base: Base) -> dict[str, Any]:
    """Return the shares of time of `POST decisions/` and of a worker, and of SQL statements."""
    return {
        "decisions": _of_decisions(options, base),
        "worker": _of_worker(options, base),
    }


def _of_decisions(options: Options, base: Base) -> dict[str, Any]:
    with (
        database("profile", template=base.database),
        our_target(1, options, base) as target,
    ):
        settle()
        generator = Generator(options)
        generator.closed(target, CONNECTIONS, seconds=1.0)
        seconds = options.open_seconds
        web = processes.descendants(target.pid)[0]
        with statements() as counted, stacks(web, seconds, options.environments) as taken:
            # The load lasts longer than the samples, which begin late on a busy machine.
            generator.closed(target, CONNECTIONS, seconds=seconds + START_SECONDS)
        return {"process": shares_of_stacks(taken()), "postgres": shares(counted)}


def _of_worker(options: Options, base: Base) -> dict[str, Any]:
    count = options.pipeline_rows // 4
    with (
        database("profile", template=base.database),
        processes.web(options, options.web_processes) as (_, port),
        processes.workers(1) as worker,
    ):
        settle()
        task = {"port": port, "key": base.key, "prefix": "f", "seed": options.seed}
        task |= {"history_rows": base.world.rows, "now": timezone.now().isoformat()}
        task |= {"connections": options.senders}
        # The first batch of a process loads libraries and the model.
        send_stream({**task, "prefix": "e", "count": WARM_UP_ROWS})
        wait_for_queue()
        child = processes.descendants(worker.pid)[0]
        with (
            statements() as counted,
            stacks(child, options.open_seconds, options.environments) as taken,
        ):
            send_stream({**task, "count": count})
            wait_for_queue()
        return {"process": shares_of_stacks(taken()), "postgres": shares(counted)}


@contextmanager
def stacks(pid: int, seconds: float, environments: Path | None) -> Iterator[Any]:
    """Sample the stacks of a process; yields a function that returns them with their counts."""
    spy = python_of("tools", environments).with_name("py-spy")
    file = FOLDER / "stacks.txt"
    options = ["--format", "raw", "--rate", "100", "--nonblocking", "--output", str(file)]
    command = [str(spy), "record", "--pid", str(pid), *options]
    command += ["--duration", str(max(1, int(seconds)))]
    sampling = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def taken() -> Counter[str]:
        _, errors = sampling.communicate(timeout=60)
        if sampling.returncode:
            raise RuntimeError(f"py-spy failed: {errors.decode()[-500:]}")
        counts: Counter[str] = Counter()
        for line in file.read_text().splitlines():
            stack, _, count = line.rpartition(" ")
            counts[stack] += int(count)
        return counts

    try:
        yield taken
    finally:
        if sampling.poll() is None:
            sampling.wait(60)


def shares_of_stacks(counts: Counter[str]) -> dict[str, Any]:
    """Return the shares of the parts of the product, and the functions with the most samples."""
    parts: Counter[str] = Counter()
    functions: Counter[str] = Counter()
    for stack, count in counts.items():
        frames = stack.split(";")
        parts[part_of(frames)] += count
        functions[frames[-1]] += count
    return {
        "samples": sum(counts.values()),
        "parts": shares(parts),
        "functions": shares(functions),
    }


def part_of(frames: list[str]) -> str:
    """Return the part that the deepest frame with a known file belongs to.

    >>> part_of(["get_response (django/core/handlers/base.py:140)", "dumps (json/__init__.py:1)"])
    "Django's requests"
    """
    for frame in reversed(frames):
        for name, pattern in PARTS.items():
            if re.search(pattern, frame):
                return name
    return "other"


def shares(counts: Counter[str]) -> dict[str, float]:
    """Return the largest counts as shares of all, largest first."""
    total = sum(counts.values()) or 1
    return {name: round(count / total, 4) for name, count in counts.most_common(MOST)}


@contextmanager
def statements() -> Iterator[Counter[str]]:
    """Count, while the block lasts, which statements PostgreSQL is at work on."""
    counts: Counter[str] = Counter()
    ended = threading.Event()

    def look() -> None:
        query = (
            "SELECT query, coalesce(wait_event_type || ': ' || wait_event, '')"
            " FROM pg_stat_activity WHERE state = 'active' AND datname = current_database()"
            " AND pid <> pg_backend_pid()"
        )
        try:
            while not ended.wait(PAUSE_SECONDS):
                with connection.cursor() as cursor:
                    cursor.execute(query)
                    counts.update(_named(*row) for row in cursor.fetchall())
        finally:
            connection.close()

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield counts
    finally:
        ended.set()
        thread.join()


def _named(query: str, wait: str) -> str:
    """Return the beginning of a statement without its values, and what it waits for."""
    text = re.sub(r"'[^']*'|\d+", "?", re.sub(r"\s+", " ", query).strip())
    return f"{text[:90]}{f' [{wait}]' if wait else ''}"
