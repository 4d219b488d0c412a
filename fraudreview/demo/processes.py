"""Processes that end with the one that started them, whatever ends it."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from fraudreview.embedded import CHECKOUT

SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
STOP_SECONDS = 15.0


@dataclass
class Processes:
    """The processes of one demo; each writes to a log of its own."""

    logs: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(
        self, name: str, arguments: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> None:
        """Start `python` with the arguments, in a process group of its own."""
        self.logs.mkdir(parents=True, exist_ok=True)
        with self.log(name).open("wb") as messages:
            self.running[name] = subprocess.Popen(  # noqa: S603 (ourselves)
                [sys.executable, *arguments],
                cwd=CHECKOUT,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=messages,
                stderr=messages,
                # A Ctrl-C in the terminal is for us alone: we then stop them in order.
                start_new_session=True,
                preexec_fn=dies_with_parent(),
            )

    def log(self, name: str) -> Path:
        """Return the file with what the process says."""
        return self.logs / f"{name}.log"

    def ended(self) -> str | None:
        """Return the name of a process that ended by itself, or None."""
        for name, process in self.running.items():
            if process.poll() is not None:
                return name
        return None

    def stop(self) -> None:
        """Stop all of them, the last one first; by force where asking does not help."""
        newest_first = list(reversed(self.running.values()))
        for process in newest_first:
            _signal(process, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for process in newest_first:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))
        for process in newest_first:
            _signal(process, signal.SIGKILL)
            process.wait()
        self.running.clear()


def _signal(process: subprocess.Popen[bytes], sent: signal.Signals) -> None:
    # The group outlives its leader when the leader did not wait for its children.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, sent)


def dies_with_parent() -> Callable[[], None] | None:
    """Return what a child calls before it starts, so that it is ended when its parent is."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    return lambda: library.prctl(SET_DEATH_SIGNAL, int(signal.SIGTERM))
