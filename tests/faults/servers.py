"""A PostgreSQL and a Valkey of the test's own: what it kills is nobody else's."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from fraudreview.embedded.addresses import HOST, Address, new_address
from fraudreview.embedded.places import Place, place_of, server_folder
from fraudreview.embedded.servers import Server, server
from fraudreview.embedded.servers.postgres import DATABASE, USER


class OwnServer:
    """One server on one port, in a folder below `var`; it may be started again at any time."""

    def __init__(self, service: str, var: Path) -> None:
        self.place: Place = place_of(service, var)
        self.address: Address = new_address()
        folder = server_folder(self.place, self.address.token)
        self.server: Server = server(service, folder, self.address, self.place.account)

    def start(self) -> "subprocess.Popen[bytes]":
        """Start it, after ending what the last one left behind; it need not answer yet."""
        self.server.prepare()
        return self.server.start(self.address.port, self.place.log)


class OwnPostgres(OwnServer):
    """PostgreSQL with the settings of an installation, durable as in production."""

    def __init__(self, var: Path) -> None:
        super().__init__("postgres", var)
        self.url = (
            f"postgresql://{USER}:{self.address.password}@{HOST}:{self.address.port}/{DATABASE}"
        )

    def answers(self) -> bool:
        """Return whether a new connection can ask something."""
        try:
            with self.connected() as connection:
                return connection.execute("SELECT true").fetchone() == (True,)
        except psycopg.OperationalError:
            return False

    @contextmanager
    def connected(self) -> Iterator["psycopg.Connection[Any]"]:
        """A connection of its own, closed at the end of the block."""
        with psycopg.connect(self.url, connect_timeout=5, autocommit=True) as connection:
            yield connection


class OwnValkey(OwnServer):
    """Valkey without persistence: whatever is in it dies with it."""

    def __init__(self, var: Path) -> None:
        super().__init__("valkey", var)
        self.url = f"redis://:{self.address.password}@{HOST}:{self.address.port}/0"

    def answers_as(self, process: "subprocess.Popen[bytes]") -> bool:
        """Return whether it answers a ping."""
        return self.server.is_ready(process, self.address.port)
