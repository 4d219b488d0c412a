"""The backend: Django's own, which first makes sure that the embedded server runs."""

import re
import time
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.db.utils import OperationalError

from fraudreview.embedded import EmbeddedError, ensure_postgres
from fraudreview.embedded.postgresql.client import DatabaseClient

PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4)  # seconds between attempts
RESTARTING = re.compile(
    "refused|reset|closed the connection|starting up|shutting down|recovery mode|not yet accepting"
)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to any database of the embedded server."""

    client_class = DatabaseClient

    def get_connection_params(self) -> dict[str, Any]:
        """Return how to connect, with the address of the server, which runs from now on."""
        self.locate_server()
        parameters: dict[str, Any] = super().get_connection_params()
        return parameters

    def locate_server(self) -> None:
        """Start the server if need be, and put its address into the settings."""
        try:
            self.settings_dict.update(ensure_postgres(self.settings_dict["BASE_DIR"]))
        except EmbeddedError as error:
            raise OperationalError(str(error)) from error

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection, also while a killed server is being started again."""
        for pause in PAUSES:
            try:
                return super().get_new_connection(conn_params)
            except psycopg.OperationalError as error:
                if not RESTARTING.search(str(error)):
                    raise
            time.sleep(pause)
            conn_params = self.get_connection_params() | {"dbname": conn_params["dbname"]}
        return super().get_new_connection(conn_params)
