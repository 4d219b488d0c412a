"""The processes under measurement: started, awaited, their processor time counted, stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from django.db import connection

from bench.installation import FOLDER, HOST, ROOT, environment
from bench.options import Options
from fraudreview.demo.processes import dies_with_parent

START_SECONDS = 120.0
TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """Return a TCP port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Tell whether somebody answers on the port."""
    with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False


@contextmanager
def running(
    name: str, arguments: Sequence[str | Path], environment: Mapping[str, str], cwd: Path = ROOT
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a program while the block lasts, its output in a log of the benchmark's folder."""
    log = FOLDER / "logs" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(argument) for argument in arguments],
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=dies_with_parent(),
        )
    try:
        yield process
    finally:
        _stop(process)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(15)
    # The group outlives its leader when the leader did not wait for its children.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def collect_static() -> None:
    """Gather what pages refer to, as an installation does; programs need none of it."""
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
    subprocess.run(command, cwd=ROOT, env=environment(), check=True)


@contextmanager
def web(options: Options, processes: int) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """Run the product's web server on the database in use; yield it and its port."""
    port = free_port()
    (FOLDER / "static").mkdir(parents=True, exist_ok=True)
    command = web_command(options.server, port, processes, options.threads)
    with running("web", command, environment()) as process:
        wait_for_http(process, "web", port, "/readyz")
        yield process, port


def web_command(server: str, port: int, processes: int, threads: int) -> list[str]:
    """Return how the product's web server is started."""
    if server == "granian":
        return [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST),
            *("--port", str(port), "--workers", str(processes)),
            *("--blocking-threads", str(threads), "--no-ws", "--log-level", "warning"),
            "fraudreview.wsgi:application",
        ]
    return [
        *(sys.executable, "-m", "gunicorn", "fraudreview.wsgi", "--no-control-socket"),
        *(f"--bind={HOST}:{port}", f"--workers={processes}", f"--threads={threads}"),
        "--config=python:fraudreview.web_processes",
        *("--worker-tmp-dir=/dev/shm", "--keep-alive=60", "--log-level=warning"),
    ]


@contextmanager
def workers(
    processes: int, *, batch_size: int | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a Celery worker that scores and opens cases, on the database in use."""
    variables = environment()
    if batch_size:
        variables["FRAUDREVIEW_BATCH_SIZE"] = str(batch_size)
    command = [
        *(sys.executable, "-m", "celery", "--app", "fraudreview", "worker"),
        *("--queues=scoring,default", f"--concurrency={processes}"),
        *("--without-mingle", "--without-gossip", "--loglevel=WARNING"),
    ]
    with running("worker", command, variables) as process:
        wait_until(lambda: len(descendants(process.pid)) >= processes, process, "worker")
        yield process


def wait_for_http(
    process: "subprocess.Popen[bytes]", name: str, port: int, path: str, body: bytes | None = None
) -> None:
    """Return when the address answers with success."""

    def answers() -> bool:
        headers = {"Content-Type": "application/json"} if body else {}
        request = urllib.request.Request(f"http://{HOST}:{port}{path}", data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return bool(answer.status == 200)
        except OSError as error:
            if isinstance(error, urllib.error.HTTPError) and body:
                raise RuntimeError(f"{name}: {error.read().decode()[:1000]}") from error
            return False

    wait_until(answers, process, name)


def wait_until(
    condition: Callable[[], bool], process: "subprocess.Popen[bytes]", name: str
) -> None:
    """Return when the condition holds; raise RuntimeError with the log if it never does."""
    deadline = time.monotonic() + START_SECONDS
    while not condition():
        if process.poll() is not None or time.monotonic() > deadline:
            log = (FOLDER / "logs" / f"{name}.log").read_text(errors="replace")[-2000:]
            raise RuntimeError(f"{name} did not start:\n{log}")
        time.sleep(0.1)


def cpu_seconds(pid: int) -> float:
    """Return the processor time of a process and all that it started, living or awaited."""
    total = 0
    for each in [pid, *descendants(pid)]:
        with suppress(OSError):
            # utime, stime, and those of children that have ended
            total += sum(map(int, _stat(each)[11:15]))
    return total / TICKS


def descendants(pid: int) -> list[int]:
    """Return the processes that a process started, and those that these started."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            each = int(entry.name)
            with suppress(OSError):
                parents.setdefault(int(_stat(each)[1]), []).append(each)
    found: list[int] = []
    waiting = [pid]
    while waiting:
        children = parents.get(waiting.pop(), [])
        found += children
        waiting += children
    return found


def _stat(pid: int) -> list[str]:
    """Return the fields of the process from its state on; the name before may hold spaces."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def postgres_pid() -> int:
    """Return the process that all of PostgreSQL's descend from."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
    return int(_stat(backend)[1])
