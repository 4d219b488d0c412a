"""Statements of the hot path: planned once per connection instead of at every call.

Planning the features of one payment costs more than computing them. Django's own cursor neither
prepares statements nor passes large parameters without copying them, so these few run beside it,
in the same database transaction and with the same errors.
"""

import re
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import RawCursor

PLACEHOLDER = re.compile(r"%(?:\((\w+)\)s|(%))")


def fetch_prepared(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a statement that the server keeps planned for this connection.

    The text is one of a few that our own code writes, with `%(name)s` for each parameter.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    text, names = _numbered(statement)
    started = time.monotonic()
    with connection.wrap_database_errors, RawCursor(connection.connection) as cursor:
        values = [parameters[name] for name in names]
        cursor.execute(text, values, prepare=True, binary=True)
        rows = cursor.fetchall()
    if connection.queries_logged:
        seconds = f"{time.monotonic() - started:.6f}"
        connection.queries_log.append({"sql": statement, "time": seconds})
    return rows


@lru_cache(maxsize=256)
def _numbered(statement: str) -> tuple[bytes, tuple[str, ...]]:
    """Return the text with `$1` for each parameter, as the server wants it, and their names.

    The driver would take a long statement apart again at every call.
    """
    names: list[str] = []

    def number(found: re.Match[str]) -> str:
        if found.group(2):
            return "%"
        if found.group(1) not in names:
            names.append(found.group(1))
        return f"${names.index(found.group(1)) + 1}"

    return PLACEHOLDER.sub(number, statement).encode(), tuple(names)
