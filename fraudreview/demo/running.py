"""The processes of the demo and the questions whether they are ready."""

import http.client
import socket
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from fraudreview.demo.colleagues import KEY_VARIABLE as REVIEWER_KEY_VARIABLE
from fraudreview.demo.feed import KEY_VARIABLE
from fraudreview.demo.past import DemoError
from fraudreview.demo.processes import Processes
from scoring.models import CaseRequest, QueuedTransaction

READY_SECONDS = 60.0
HOST = "127.0.0.1"
GUNICORN = (
    "--no-control-socket",
    "--threads=24",
    "--config=python:fraudreview.web_processes",
    "--graceful-timeout=5",
    "--access-logfile=-",
)
# Numbers move while somebody watches, and have a target to be held against.
SETTINGS = {
    "FRAUDREVIEW_REPORT_MINUTES": "2",
    "FRAUDREVIEW_WRONGFUL_DECLINES_TARGET": "0.005",
    # Whoever tries webhooks here has their server on the same machine.
    "FRAUDREVIEW_WEBHOOK_PRIVATE": "1",
}
CELERY = ("-m", "celery", "--app", "fraudreview")
# Three processes: while one trains, two decide.
WORKER = (
    "--queues=scoring,default,training,webhooks",
    "--concurrency=3",
    "--without-mingle",
    "--without-gossip",
    "--loglevel=INFO",
)


def require_free(port: int) -> None:
    """Raise DemoError where somebody else already listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise DemoError(
                f"Port {port} is taken ({error.strerror}). Another one: make demo PORT={port + 1}"
            ) from error


def start_web(processes: Processes, port: int) -> None:
    """Start the web server: pages and REST."""
    processes.start(
        "web",
        ["-m", "gunicorn", "fraudreview.wsgi", f"--bind={HOST}:{port}", *GUNICORN],
        SETTINGS,
    )


def start_workers(processes: Processes, folder: Path) -> None:
    """Start the worker that decides and trains, and the clock, unless they run."""
    if "worker" in processes.running:
        return
    processes.start("worker", [*CELERY, "worker", *WORKER], SETTINGS)
    schedule = f"--schedule={folder / 'beat-schedule'}"
    processes.start("beat", [*CELERY, "beat", schedule], SETTINGS)


def start_feed(processes: Processes, address: str, world_file: Path, key: str) -> None:
    """Start the company that sends its payments."""
    processes.start(
        "feed",
        ["-m", "fraudreview.demo.feed", address, str(world_file)],
        {KEY_VARIABLE: key},
    )


def start_colleague(
    processes: Processes, name: str, address: str, world_file: Path, key: str, seed: int
) -> None:
    """Start a simulated reviewer who works the live queue over REST."""
    processes.start(
        name,
        ["-m", "fraudreview.demo.colleagues", address, str(world_file), str(seed)],
        {REVIEWER_KEY_VARIABLE: key},
    )


def wait_until_serving(processes: Processes, address: str) -> None:
    """Return when the web server answers; DemoError with its last words if it does not."""
    _wait(processes, lambda: _answers(address), "The web server does not answer.", "web")


def wait_until_decided(processes: Processes) -> None:
    """Return when the workers have decided everything and opened the cases that follow."""

    def nothing_waits() -> bool:
        waiting = CaseRequest.objects.filter(consumed_at=None)
        return not (QueuedTransaction.objects.exists() or waiting.exists())

    _wait(processes, nothing_waits, "The workers do not decide.", "worker")


def _wait(processes: Processes, condition: Callable[[], bool], problem: str, name: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not condition():
        ended = processes.ended()
        if ended or time.monotonic() > deadline:
            raise DemoError(f"{problem}\n{last_words(processes, ended or name)}")
        time.sleep(0.05)


def last_words(processes: Processes, name: str) -> str:
    """Return the end of what a process said."""
    path = processes.log(name)
    lines = path.read_text(errors="replace").splitlines()[-12:]
    return "\n".join([f"The end of {path}:", *lines])


def _answers(address: str) -> bool:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
