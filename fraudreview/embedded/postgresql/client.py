"""`manage.py dbshell` with the `psql` of the wheel."""

from collections.abc import Iterable

from django.db.backends.postgresql import client

from fraudreview.embedded.servers.postgres import WHEEL


class DatabaseClient(client.DatabaseClient):
    """A shell on the embedded server."""

    executable_name = "psql"

    def runshell(self, parameters: Iterable[str]) -> None:
        """Start the server if need be, and run its `psql`."""
        self.connection.get_connection_params()  # starts it and fills in where it is
        programs = (WHEEL.installed_in() / WHEEL.package / WHEEL.program).parent
        self.executable_name = str(programs / "psql")
        super().runshell(parameters)
