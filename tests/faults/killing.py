"""Kill -9 at random moments: whole services, and single children of them."""

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.faults.supervisor import PATIENCE_SECONDS, Service, Supervisor, is_alive

SECONDS_BETWEEN = 1.5
LOOK_SECONDS = 0.1
CATCH_UP_SECONDS = 20.0
# Between kills that are measured: what waited has been decided, and more came in.
QUIET_SECONDS = 1.0
# A child of PostgreSQL that dies takes all others with it: the server recovers from its log.
TARGETS = (
    "web",
    "web child",
    "worker",
    "worker child",
    "beat",
    "valkey",
    "postgres",
    "postgres child",
)


@dataclass
class Kill:
    """One kill that found a living process.

    `acknowledged` says how far the stream was; `at` is in epoch seconds, `recovered` are the
    seconds until the service was whole again, `alone` says that nothing else was down meanwhile.
    """

    target: str
    service: Service
    gone: list[int]
    at: float
    acknowledged: int
    alone: bool
    recovered: float | None = None


@dataclass
class Killer:
    """Kills without waiting for the last victim to recover, unless it is to be killed again."""

    supervisor: Supervisor
    rng: random.Random
    acknowledged: Callable[[], int]
    tell: Callable[[int], None]
    ahead: Callable[[int], bool]
    kills: list[Kill] = field(default_factory=list)

    def kill_each_alone(self) -> None:
        """Kill each target once while everything is up, to see how long it takes by itself."""
        for target in TARGETS:
            self.wait_for_recovery()
            self._watch(time.monotonic() + self.rng.uniform(1, 2) * QUIET_SECONDS)
            self._kill(target, alone=True)
        self.wait_for_recovery()
        self._watch(time.monotonic() + QUIET_SECONDS)

    def kill_all(self, times: int) -> None:
        """Kill each target so many times, in random order, at random moments."""
        targets = list(TARGETS) * times
        self.rng.shuffle(targets)
        for target in targets:
            self._wait_for_the_stream()
            pause = min(self.rng.expovariate(1 / SECONDS_BETWEEN), 4 * SECONDS_BETWEEN)
            self._watch(time.monotonic() + pause)
            self._kill(target)
        self.wait_for_recovery()

    def _wait_for_the_stream(self) -> None:
        """Let a stream that has fallen behind the kills catch up, for a while."""
        deadline = time.monotonic() + CATCH_UP_SECONDS
        while self.ahead(len(self.kills)) and time.monotonic() < deadline:
            self._watch(time.monotonic() + LOOK_SECONDS)

    def wait_for_recovery(self) -> None:
        """Watch until every service that was hit is whole again."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while unfinished := self._unfinished():
            assert time.monotonic() < deadline, f"not up again: {[k.target for k in unfinished]}"
            self._watch(time.monotonic() + LOOK_SECONDS)

    def _watch(self, until: float) -> None:
        while (now := time.monotonic()) < until:
            self.supervisor.run(min(LOOK_SECONDS, until - now))
            for kill in self._unfinished():
                if not any(map(is_alive, kill.gone)) and kill.service.is_up():
                    kill.recovered = time.time() - kill.at

    def _unfinished(self) -> list[Kill]:
        return [kill for kill in self.kills if kill.recovered is None]

    def _kill(self, target: str, *, alone: bool = False) -> None:
        name, _, child = target.partition(" ")
        service = self.supervisor.services[name]
        while any(kill.service is service for kill in self._unfinished()):
            self._watch(time.monotonic() + LOOK_SECONDS)
        children = service.children()
        assert service.process
        pid = self.rng.choice(children) if child else service.process.pid
        assert is_alive(pid), f"{target} was dead before it was killed"
        # PostgreSQL replaces all its children, and must not be taken for recovered before.
        gone = [pid, *children] if name == "postgres" or not child else [pid]
        at, before = time.time(), self.acknowledged()
        service.expected_end = not child
        os.kill(pid, signal.SIGKILL)
        self.kills.append(Kill(target, service, gone, at, before, alone))
        self.tell(len(self.kills))
