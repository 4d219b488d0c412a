"""The keeper of one server: starts it, restarts it when it dies, stops it after its last user.

Run as `python -m fraudreview.embedded.keeper SERVICE VAR` by whoever needs the server first. The
command returns when the server answers; the keeper stays behind, in a session of its own. It knows
that nobody needs the server any more when it can lock the file that every user holds shared: the
kernel drops a user's lock also when that user was killed.
"""

import os
import signal
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import FrameType

from fraudreview.embedded.addresses import (
    free_port,
    is_free,
    new_address,
    read_address,
    write_address,
)
from fraudreview.embedded.errors import EmbeddedError
from fraudreview.embedded.locks import open_lock, try_lock, wait_lock
from fraudreview.embedded.places import Place, place_of, server_folder
from fraudreview.embedded.servers import Server, server
from fraudreview.embedded.servers.process import ServerProcess

START_SECONDS = 60.0  # recovery after a crash takes its time
STOP_SECONDS = 30.0
POLL_SECONDS = 0.2
PORT_ATTEMPTS = 5
CRASH_LIMIT = 5
CRASH_WINDOW = 60.0  # seconds
LOG_LIMIT = 10 * 1024 * 1024
READY = b"ready"


class Stopped(Exception):
    """Somebody asked the keeper to stop its server."""


class Keeper:
    """Keeps one server running for as long as somebody uses it."""

    def __init__(self, service: str, place: Place) -> None:
        self.place = place
        self.address = read_address(place.address) or new_address()
        folder = server_folder(place, self.address.token)
        self.server: Server = server(service, folder, self.address, place.account)
        self.process: ServerProcess | None = None

    def start(self) -> None:
        """Start the server and wait until it answers; EmbeddedError with its last words if not."""
        if self.place.log.exists() and self.place.log.stat().st_size > LOG_LIMIT:
            self.place.log.unlink()
        self.server.prepare()
        for _ in range(PORT_ATTEMPTS):
            self._choose_port()
            self.process = self.server.start(self.address.port, self.place.log)
            if self._answers():
                self.place.ready.write_text(str(os.getpid()))
                self.place.own()
                return
            if is_free(self.address.port):  # it failed for another reason than its port
                break
        raise EmbeddedError(f"{self.place.folder.name} does not start:\n{self._last_words()}")

    def _choose_port(self) -> None:
        if not is_free(self.address.port):
            self.address = replace(self.address, port=free_port())
        write_address(self.place.address, self.address)

    def _answers(self) -> bool:
        assert self.process
        deadline = time.monotonic() + START_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            if self.server.is_ready(self.process, self.address.port):
                return True
            time.sleep(0.02)
        self.stop()
        return False

    def _last_words(self) -> str:
        return "\n".join(self.place.log.read_text(errors="replace").splitlines()[-5:])

    def keep(self) -> None:
        """Return when nobody uses the server any more, or when it dies again and again."""
        users = open_lock(self.place.users_lock)
        crashes: list[float] = []
        while not try_lock(users, shared=False):
            assert self.process
            if self.process.poll() is not None:
                self.place.ready.unlink(missing_ok=True)
                crashes = [at for at in crashes if at > time.monotonic() - CRASH_WINDOW]
                crashes.append(time.monotonic())
                if len(crashes) > CRASH_LIMIT:
                    return
                self.start()
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """Stop the server: politely first, by force when it does not end."""
        self.place.ready.unlink(missing_ok=True)
        for sent in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if self.process is None or self.process.poll() is not None:
                return
            self.process.send_signal(sent)
            _wait(self.process)


def _wait(process: ServerProcess) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)


def keep(service: str, var: Path, report: int) -> None:
    """Hold the keeper's lock, run the server, and write `ready` or what failed to `report`."""
    place = place_of(service, var)
    lock = open_lock(place.keeper_lock)
    if not wait_lock(lock, shared=False, seconds=5):
        raise EmbeddedError(f"Another keeper already runs for {place.folder}.")
    signal.signal(signal.SIGTERM, _raise_stopped)
    keeper = Keeper(service, place)
    try:
        keeper.start()
        os.write(report, READY)
        os.close(report)
        keeper.keep()
    except Stopped:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    finally:
        keeper.stop()


def _raise_stopped(number: int, frame: FrameType | None) -> None:
    raise Stopped


def leave_session() -> int:
    """Go on as a process of our own; the command waits for what is written to the result.

    Called before any thread exists.
    """
    reading, writing = os.pipe()
    if os.fork():
        os.close(writing)
        with os.fdopen(reading, "rb") as report:
            answer = report.read().decode()
        if answer != READY.decode():
            sys.stderr.write(answer or "The keeper ended unexpectedly.")
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)
    os.close(reading)
    os.setsid()
    if os.fork():
        os._exit(0)
    os.chdir("/")
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(quiet, stream)
    return writing


def main(service: str, var: str) -> None:
    """Become the keeper of the service whose place is under `var`."""
    report = leave_session()
    try:
        keep(service, Path(var), report)
    except (EmbeddedError, OSError) as error:
        _tell(report, place_of(service, Path(var)).log, str(error))
        sys.exit(1)


def _tell(report: int, log: Path, message: str) -> None:
    """Tell whoever still listens, and the log for whoever comes later."""
    with suppress(OSError):
        os.write(report, message.encode())
    with log.open("a") as messages:
        messages.write(f"keeper: {message}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
