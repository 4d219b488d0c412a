"""A supervisor as systemd or a container runtime is one: what ends is started again, whole."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

TICK_SECONDS = 0.02
PATIENCE_SECONDS = 120.0


@dataclass
class Service:
    """A main process with its children; `begin` starts it, `answers` says that it serves."""

    name: str
    begin: Callable[[], "subprocess.Popen[bytes]"]
    answers: Callable[["subprocess.Popen[bytes]"], bool]
    children_needed: int = 0
    owns_group: bool = True
    process: "subprocess.Popen[bytes] | None" = None
    expected_end: bool = False
    ended_by_itself: list[str] = field(default_factory=list)

    def start(self) -> None:
        self.process = self.begin()
        self.expected_end = False

    def keep(self) -> None:
        """Start it again where it ended, after ending what is left of its group."""
        assert self.process
        if self.process.poll() is None:
            return
        if not self.expected_end:
            self.ended_by_itself.append(f"{self.name} ended with {self.process.returncode}")
        self.end_group()
        self.start()

    def end_group(self) -> None:
        if self.process and self.owns_group:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def children(self) -> list[int]:
        """Return the pids of the living children of the main process."""
        assert self.process
        try:
            listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return []
        return [pid for pid in map(int, listed.split()) if is_alive(pid)]

    def is_up(self) -> bool:
        """Return whether it serves, with all its children."""
        assert self.process
        return (
            self.process.poll() is None
            # One that is dying is none to wait for yet, as long as it still has threads.
            and is_alive(self.process.pid)
            and len(self.children()) >= self.children_needed
            and self.answers(self.process)
        )

    def stop(self) -> None:
        if self.process is None:
            return
        self.expected_end = True
        self.process.kill()
        self.process.wait()
        self.end_group()


@dataclass
class Supervisor:
    """All services of an installation, in the order in which they are started."""

    services: dict[str, Service] = field(default_factory=dict)

    def add(self, service: Service) -> None:
        self.services[service.name] = service

    def tick(self) -> None:
        """Look after everything once."""
        for service in self.services.values():
            if service.process:
                service.keep()

    def run(self, seconds: float) -> None:
        """Look after everything for a while."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.tick()
            time.sleep(TICK_SECONDS)

    def run_until(self, condition: Callable[[], bool], what: str) -> float:
        """Look after everything until the condition holds; return how many seconds it took."""
        started = time.monotonic()
        while not condition():
            waited = time.monotonic() - started
            if waited > PATIENCE_SECONDS:
                raise AssertionError(f"{what}: not within {waited:.0f} s")
            self.tick()
            time.sleep(TICK_SECONDS)
        return time.monotonic() - started

    def start(self, name: str) -> None:
        """Start one and wait until it serves."""
        self.services[name].start()
        self.run_until(self.services[name].is_up, f"{name} is up")

    def stop(self) -> None:
        """Kill everything, the last one started first."""
        for service in reversed(self.services.values()):
            service.stop()

    def ended_by_themselves(self) -> list[str]:
        """Return what ended although nobody killed it."""
        return [text for service in self.services.values() for text in service.ended_by_itself]


def is_alive(pid: int) -> bool:
    """Return whether the process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
