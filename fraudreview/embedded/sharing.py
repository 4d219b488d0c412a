"""Using a server together: who needs it joins, and the last one who leaves stops it."""

import atexit
import fcntl
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from fraudreview.embedded.addresses import (
    Address,
    free_port,
    is_free,
    new_address,
    read_address,
    write_address,
)
from fraudreview.embedded.errors import EmbeddedError
from fraudreview.embedded.locks import exclusive, is_held, open_lock, try_lock, wait_lock
from fraudreview.embedded.places import CHECKOUT, Place, place_of

LEAVE_SECONDS = 10.0

_guard = threading.RLock()
_joined: dict[Path, int] = {}  # the users' lock of each place that this process uses


def address_of(service: str, var: Path) -> Address:
    """Return where the service answers, or will answer once it is started."""
    place = place_of(service, var)
    with exclusive(place.starter_lock):
        address = read_address(place.address)
        if address and (is_held(place.keeper_lock) or is_free(address.port)):
            return address
        address = replace(address, port=free_port()) if address else new_address()
        write_address(place.address, address)
        place.own()
        return address


def join(service: str, var: Path) -> Address:
    """Return where the service answers, after starting it if nobody did.

    The server then runs at least until this process ends, and its forked children with it.
    """
    with _guard:
        place = place_of(service, var)
        if place.folder not in _joined:
            _joined[place.folder] = _share(place)
            atexit.register(_leave, place, os.getpid())
        if not (is_held(place.keeper_lock) and place.ready.exists()):
            _start(service, var, place)
        address = read_address(place.address)
        if address is None:
            raise EmbeddedError(f"{place.address} is gone; run the command again.")
        return address


def _share(place: Place) -> int:
    users = open_lock(place.users_lock)
    fcntl.flock(users, fcntl.LOCK_SH)  # waits while a keeper is stopping the server
    return users


def _start(service: str, var: Path, place: Place) -> None:
    with exclusive(place.starter_lock):
        if is_held(place.keeper_lock):
            return
        started = subprocess.run(  # noqa: S603 (ourselves)
            [sys.executable, "-m", f"{__package__}.keeper", service, str(var)],
            cwd=CHECKOUT,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, _search_path()))},
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    if started.returncode:
        raise EmbeddedError(started.stderr.strip())


def _search_path() -> list[str]:
    return [str(CHECKOUT), os.environ.get("PYTHONPATH", "")]


def _leave(place: Place, pid: int) -> None:
    """Stop the server if nobody else uses it, and wait for its end."""
    if os.getpid() != pid:  # a forked child: the lock is its parent's too
        return
    os.close(_joined.pop(place.folder))
    users = open_lock(place.users_lock)
    with suppress(KeyboardInterrupt):
        if try_lock(users, shared=False):
            stop_keeper(place)
        elif not try_lock(users, shared=True):  # the keeper was faster
            wait_lock(users, shared=True, seconds=LEAVE_SECONDS)
    os.close(users)


def stop_keeper(place: Place) -> None:
    """Ask the keeper to stop its server, and wait for the end of both."""
    if not is_held(place.keeper_lock):
        return
    with suppress(FileNotFoundError, ValueError, ProcessLookupError, PermissionError):
        os.kill(int(place.ready.read_text()), signal.SIGTERM)
    keeper = open_lock(place.keeper_lock)
    wait_lock(keeper, shared=True, seconds=LEAVE_SECONDS)
    os.close(keeper)


def _forget_guard() -> None:
    global _guard
    _guard = threading.RLock()


# Another thread may hold the guard at the moment of a fork, and it does not live in the child.
os.register_at_fork(after_in_child=_forget_guard)
