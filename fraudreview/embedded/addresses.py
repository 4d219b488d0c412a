"""The port and the password of an embedded server, kept between starts."""

import json
import os
import secrets
import socket
from dataclasses import asdict, dataclass
from pathlib import Path

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Address:
    """Where a server answers. `token` ties the data to this file: without it, data is stale."""

    token: str
    port: int
    password: str


def new_address() -> Address:
    """Return a free port with a new random password."""
    return Address(secrets.token_hex(8), free_port(), secrets.token_urlsafe(24))


def read_address(path: Path) -> Address | None:
    """Return the stored address; None where there is none or it was cut off."""
    try:
        return Address(**json.loads(path.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def write_address(path: Path, address: Address) -> None:
    """Store the address for our account alone; a reader sees the old one or the new one whole."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(address), file)
    fresh.replace(path)


def free_port() -> int:
    """Return a TCP port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Return whether a server could listen on this TCP port."""
    with socket.socket() as probe:
        # Connections that a stopped server left in TIME_WAIT do not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True
