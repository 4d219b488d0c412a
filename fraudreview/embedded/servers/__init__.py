"""The two servers that come from wheels: PostgreSQL and Valkey."""

from pathlib import Path
from typing import Protocol

from fraudreview.embedded.accounts import Account
from fraudreview.embedded.addresses import Address
from fraudreview.embedded.servers import postgres, valkey
from fraudreview.embedded.servers.process import ServerProcess


class Server(Protocol):
    """What a keeper must know of a server."""

    folder: Path

    def prepare(self) -> None:
        """Make the data where there is none, and clear what a killed server left behind."""

    def start(self, port: int, log: Path) -> ServerProcess:
        """Start the server on the port; its messages go to the log."""

    def is_ready(self, process: ServerProcess, port: int) -> bool:
        """Return whether the started server answers."""


def server(service: str, folder: Path, address: Address, account: Account) -> Server:
    """Return the server of this name: `postgres` or `valkey`."""
    kinds: dict[str, type[postgres.Postgres] | type[valkey.Valkey]] = {
        "postgres": postgres.Postgres,
        "valkey": valkey.Valkey,
    }
    return kinds[service](folder, address, account)


SERVICES = ("postgres", "valkey")
