"""Statements of the hot path: planned once per connection instead of at every call.

Planning the features of one payment costs more than computing them. Django's own cursor neither
prepares statements nor passes large parameters without copying them, so these few run beside it,
in the same database transaction and with the same errors.
"""

import time
from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import connection


def fetch_prepared(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a statement that the server keeps planned for this connection."""
    connection.ensure_connection()
    started = time.monotonic()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        # The text is one of a few that our own code writes; values travel as parameters.
        cursor.execute(statement.encode(), parameters, prepare=True, binary=True)
        rows = cursor.fetchall()
    if connection.queries_logged:
        seconds = f"{time.monotonic() - started:.3f}"
        connection.queries_log.append({"sql": statement, "time": seconds})
    return rows
