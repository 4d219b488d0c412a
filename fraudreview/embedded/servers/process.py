"""A server as a child process that ends with its keeper, and what such a child may leave behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from fraudreview.embedded.accounts import Account

ServerProcess = subprocess.Popen[bytes]
SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
PROGRAMS = ("postgres", "valkey-server")


def spawn(
    command: Sequence[str | Path],
    account: Account,
    folder: Path,
    log: Path,
    stop_signal: signal.Signals,
) -> ServerProcess:
    """Start a server as the account in the folder; it gets the signal when its keeper dies.

    Only for processes with one thread, as a keeper is.
    """
    with log.open("ab") as messages:
        return subprocess.Popen(  # noqa: S603 (our own binaries)
            [str(part) for part in command],
            cwd=folder,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=messages,
            stderr=messages,
            umask=0o077,
            preexec_fn=_dies_with_parent(stop_signal),
            **account.process_arguments,
        )


def _dies_with_parent(stop_signal: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    parent = os.getpid()

    def ask() -> None:
        library.prctl(SET_DEATH_SIGNAL, int(stop_signal))
        if os.getppid() != parent:  # the keeper died before we could ask
            os._exit(1)

    return ask


def end_leftovers(folder: Path) -> None:
    """End servers that still work in the folder; call it only when no other keeper lives."""
    for sent in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        pids = list(_working_in(folder))
        if not pids:
            return
        for pid in pids:
            _send(pid, sent)
        _wait_until_gone(folder)


def _working_in(folder: Path) -> Iterator[int]:
    # Without /proc (macOS) the server's own refusal to start twice has to do.
    wanted = str(folder.resolve())
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            where = str((entry / "cwd").readlink())
            program = (entry / "exe").readlink().name
        except OSError:
            continue
        if program.startswith(PROGRAMS) and f"{where}/".startswith(f"{wanted}/"):
            yield int(entry.name)


def _send(pid: int, sent: signal.Signals) -> None:
    try:
        os.kill(pid, sent)
    except (ProcessLookupError, PermissionError):
        return


def _wait_until_gone(folder: Path, seconds: float = 3.0) -> None:
    deadline = time.monotonic() + seconds
    while any(_working_in(folder)) and time.monotonic() < deadline:
        time.sleep(0.02)
