"""Real processes for tests: workers and web servers on the test's own database."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
# Nothing listens there: a broker that is down.
NO_BROKER = "redis://127.0.0.1:1/0"


def database_url() -> str:
    """Return the address of the database that this test uses, for other processes."""
    connection.ensure_connection()
    parts = connection.settings_dict
    password = quote(parts["PASSWORD"], safe="")
    return (
        f"postgresql://{parts['USER']}:{password}@{parts['HOST']}:{parts['PORT']}/{parts['NAME']}"
    )


def free_port() -> int:
    """Return a TCP port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Processes:
    """Processes of one test; leaving the block kills whatever still runs."""

    def __init__(self, folder: Path, *, redis_url: str, **environment: str) -> None:
        self.folder = folder
        self.running: list[subprocess.Popen[bytes]] = []
        self.environment = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "REDIS_URL": redis_url,
            "FRAUDREVIEW_SECRET_KEY": settings.SECRET_KEY,
            "FRAUDREVIEW_DATA_KEY": settings.FRAUDREVIEW_DATA_KEY,
            "FRAUDREVIEW_MODELS": str(settings.FRAUDREVIEW_MODELS),
            "FRAUDREVIEW_HOSTS": "127.0.0.1,localhost",
            "FRAUDREVIEW_TLS": "0",
            "FRAUDREVIEW_STATIC": str(folder / "static"),
            "FRAUDREVIEW_DEBUG": "0",
            **environment,
        }

    def __enter__(self) -> "Processes":
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.running:
            kill(process)

    def start_worker(self, queues: str = "scoring,default") -> "subprocess.Popen[bytes]":
        """Start a Celery worker with two processes."""
        name = f"{queues.replace(',', '-')}-{len(self.running)}"
        return self.start(
            "-m", "celery", "-A", "fraudreview", "worker",
            "-Q", queues, "-c", "2", "-n", f"{name}@%h", "--without-mingle", "--without-gossip",
        )  # fmt: skip

    def start_beat(self) -> "subprocess.Popen[bytes]":
        """Start Celery's scheduler."""
        schedule = str(self.folder / "beat")
        return self.start("-m", "celery", "-A", "fraudreview", "beat", "-s", schedule)

    def start_web(self, port: int) -> "subprocess.Popen[bytes]":
        """Start the web server on a port, with static files as an installation has them."""
        collecting = self.start("manage.py", "collectstatic", "--no-input", "--verbosity", "0")
        assert collecting.wait(120) == 0, self.logs()
        return self.start(
            "-m", "gunicorn", "fraudreview.wsgi", "--no-control-socket",
            "-b", f"127.0.0.1:{port}", "-w", "1", "--threads", "8",
            "--config", "python:fraudreview.web_processes",
        )  # fmt: skip

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start a Python process in a group of its own, its output in a file of the folder."""
        with (self.folder / f"process-{len(self.running)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.running.append(process)
        return process

    def send(self, task: str) -> None:
        """Put a task into the broker, as beat would."""
        from fraudreview.celery import app

        with app.connection_for_write(self.environment["REDIS_URL"]) as connection:
            app.send_task(task, connection=connection)

    def logs(self) -> str:
        """Return the ends of all outputs, for a failure message."""
        files: Mapping[str, str] = {
            path.name: path.read_text(errors="replace")[-3000:]
            for path in sorted(self.folder.glob("process-*.log"))
        }
        return "\n".join(f"--- {name}\n{text}" for name, text in files.items())


def kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill -9 a process and all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until(condition: Callable[[], bool], *, seconds: float = 90, what: str = "it") -> None:
    """Wait until the condition holds; fail with `what` where it never does."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not happen in {seconds:.0f} s")
        time.sleep(0.05)
