"""Cloning databases: append-only tables cannot be emptied, so tests that commit get their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from django.db import connection, connections
from psycopg import sql


@contextmanager
def private_database(template: str) -> Iterator[str]:
    """Point every connection at a fresh clone of the template, and drop it afterwards."""
    with fresh_clone(template) as name, used(name):
        yield name


@contextmanager
def fresh_clone(template: str) -> Iterator[str]:
    """A clone of the template that nobody uses yet, dropped afterwards."""
    name = f"{template}_{uuid4().hex[:8]}"
    _execute("CREATE DATABASE {} TEMPLATE {}", name, template)
    try:
        yield name
    finally:
        drop_database(name)


@contextmanager
def used(name: str) -> Iterator[None]:
    """Point every connection at a database, and back afterwards."""
    original = connection.settings_dict["NAME"]
    _use(name)
    try:
        yield
    finally:
        _use(original)


def clone_database(*, suffix: str) -> str:
    """Copy the test database, which nobody else may use at this moment; return the copy's name."""
    source = connection.settings_dict["NAME"]
    name = f"{source}_{suffix}"
    connection.close()
    _execute("DROP DATABASE IF EXISTS {}", name)
    _execute("CREATE DATABASE {} TEMPLATE {}", name, source)
    return name


def drop_database(name: str) -> None:
    """Drop a database, also while a killed process still hangs on it."""
    _execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _use(name: str) -> None:
    connections.close_all()
    connection.settings_dict["NAME"] = name


def _execute(statement: str, *names: str) -> None:
    # CREATE DATABASE refuses to copy a database that is in use, this connection included.
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
