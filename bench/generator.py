"""Running the load in a process of its own, and knowing what it can do at most."""

import json
import os
import subprocess
import sys
from datetime import datetime
from typing import Any

from django.utils import timezone

from bench.installation import ROOT
from bench.options import Options
from bench.peers.serving import Target
from bench.processes import free_port, listens, running, wait_until
from bench.statistics import milliseconds


class Generator:
    """Sends load; numbers the payments so that no external id comes twice."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.sent = 0

    def closed(
        self, target: Target, connections: int, *, seconds: float | None = None
    ) -> dict[str, Any]:
        """Load a target as fast as so many connections can; return its numbers."""
        options = self.options
        return self._run(
            target,
            connections=connections,
            warm_up=options.warm_up_seconds,
            seconds=seconds or options.seconds,
        )

    def open(self, target: Target, rate: float, *, connections: int = 128) -> dict[str, Any]:
        """Load a target with a fixed rate; times count from when a request was due."""
        options = self.options
        return self._run(
            target,
            connections=connections,
            warm_up=options.warm_up_seconds,
            seconds=options.open_seconds,
            rate=rate,
        )

    def _run(self, target: Target, **task: Any) -> dict[str, Any]:
        requests = {**target.requests, "first": self.sent, "seed": self.options.seed}
        now: datetime = timezone.now()
        found = send({"port": target.port, "now": now.isoformat(), "requests": requests, **task})
        if requests["shape"] == "decisions":
            self.sent += found["sent"]
        return found


def send(task: dict[str, Any]) -> dict[str, Any]:
    """Run one task of `bench.load`; raise RuntimeError where an answer was not a success."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=json.dumps(task),
        capture_output=True,
        cwd=ROOT,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"the load failed:\n{done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    if found["errors"]:
        raise RuntimeError(f"{found['errors']} errors: {found['statuses']}\n{found['example']}")
    latencies = found.pop("latencies")
    return {
        "connections": task["connections"],
        "per_second": found["answers"] / found["elapsed"],
        "milliseconds": milliseconds(latencies),
        **found,
    }


def ceiling(options: Options) -> dict[str, Any]:
    """Return what the generator reaches against a server that does nothing."""
    port = free_port()
    trivial = [sys.executable, "-m", "bench.trivial", str(port)]
    with running("trivial", trivial, os.environ) as process:
        wait_until(lambda: listens(port), process, "trivial")
        requests = {"shape": "constant", "path": "/"}
        task = {"port": port, "now": timezone.now().isoformat(), "requests": requests}
        found = send({**task, "connections": 16, "warm_up": 0.5, "seconds": options.seconds / 2})
    return {
        "per_second": found["per_second"],
        "cpu_microseconds": 1e6 * found["generator_cpu"] / found["sent"],
    }
