"""Embedded servers in a folder of their own, used by processes of their own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60

USE = """
import sys, time
from fraudreview.embedded import ensure_postgres, ensure_redis
{code}
print("done", flush=True)
sys.stdin.readline()
"""


def wait_until(condition: Callable[[], Any], seconds: float = SECONDS) -> Any:
    """Return the first true answer; fails when none comes."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := condition():
            return answer
        time.sleep(0.02)
    raise AssertionError("It did not happen in time.")


def is_alive(pid: int) -> bool:
    """Return whether the process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@dataclass
class Installation:
    """A `var` folder with its servers."""

    var: Path
    state: Path
    python: str = sys.executable
    account: dict[str, Any] = field(default_factory=dict)
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """Return what a process must have in its environment to use these servers."""
        kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
        return kept | {
            "FRAUDREVIEW_VAR": str(self.var),
            "FRAUDREVIEW_STATE": str(self.state),
            "FRAUDREVIEW_EMBEDDED_DURABLE": "0",
            "PYTHONPATH": f"{ROOT}:{sysconfig.get_path('purelib')}",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def user(self, code: str) -> subprocess.Popen[str]:
        """Return a process that ran the code and lives until its stdin closes."""
        process = subprocess.Popen(
            [self.python, "-c", USE.format(code=code)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd="/",
            env=self.environment,
            **self.account,
        )
        self.processes.append(process)
        answer = process.stdout.readline()
        if answer != "done\n":
            raise AssertionError(answer + process.stdout.read() + process.stderr.read())
        return process

    def end(self, process: subprocess.Popen[str]) -> None:
        """Let the process end in the ordinary way and wait for it."""
        process.stdin.close()
        assert process.wait(SECONDS) == 0, process.stderr.read()
        process.stdout.close()
        process.stderr.close()

    def kill(self, process: subprocess.Popen[str]) -> None:
        """Kill the process the hard way."""
        process.kill()
        process.wait(SECONDS)
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()

    def run(self, code: str) -> None:
        """Run the code in a process that ends at once."""
        self.end(self.user(code))

    def command(self, name: str) -> subprocess.CompletedProcess[str]:
        """Return the outcome of `python -m fraudreview.embedded NAME`."""
        return subprocess.run(
            [self.python, "-m", "fraudreview.embedded", name],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
            **self.account,
        )

    def folder(self, service: str) -> Path:
        return self.var / "embedded" / service

    def address(self, service: str) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads((self.folder(service) / "address.json").read_text())
        return answer

    def keeper(self, service: str) -> int:
        """Return the pid of the keeper that runs the service."""
        return int((self.folder(service) / "ready").read_text())

    def server(self, service: str) -> int:
        """Return the pid of the running server: the only child of its keeper."""
        keeper = self.keeper(service)
        children = Path(f"/proc/{keeper}/task/{keeper}/children")
        return int(wait_until(lambda: children.read_text().strip()))

    def is_running(self, service: str) -> bool:
        return (self.folder(service) / "ready").exists()

    def remove(self) -> None:
        """End every process and delete every file of the installation."""
        for process in self.processes:
            if process.poll() is None:
                self.kill(process)
        self.command("stop")
        for service in ("postgres", "valkey"):
            wait_until(lambda service=service: not self.is_running(service))
        shutil.rmtree(self.var.parent)


def reachable_python() -> str | None:
    """Return a Python that every account of this system can run, for what runs as another one."""
    for name in (sys.executable, shutil.which("python3", path="/usr/local/bin:/usr/bin")):
        if name and _runs_for_nobody(name):
            return name
    return None


def _runs_for_nobody(python: str) -> bool:
    check = "import sys; sys.exit(sys.version_info < (3, 11))"
    try:
        done = subprocess.run(
            [python, "-c", check], cwd="/", check=False, capture_output=True, **NOBODY
        )
    except PermissionError:
        return False
    return done.returncode == 0


NOBODY: dict[str, Any] = {"user": "nobody", "group": "nogroup", "extra_groups": []}
STOP = signal.SIGTERM
