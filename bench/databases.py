"""Databases of the benchmark: each measurement has its own, dropped at its end."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql

PREFIX = "bench_"


def use(name: str) -> None:
    """Point this process at a database."""
    connections.close_all()
    connection.settings_dict["NAME"] = name


@contextmanager
def database(name: str, *, template: str | None = None) -> Iterator[str]:
    """Make a database, empty and migrated or a copy of the template; use it; drop it."""
    before = connection.settings_dict["NAME"]
    full = name if name.startswith(PREFIX) else PREFIX + name
    connections.close_all()
    _execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", full)
    if template:
        # FILE_COPY needs two checkpoints and then no WAL: right for large ones on a quiet server.
        _execute("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", full, template)
    else:
        _execute("CREATE DATABASE {}", full)
    use(full)
    try:
        if not template:
            call_command("migrate", verbosity=0, interactive=False)
        yield full
    finally:
        use(before)
        _execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", full)


def drop_leftovers() -> None:
    """Drop what an interrupted run left behind."""
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{PREFIX}%"])
        names = [row[0] for row in cursor.fetchall()]
    for name in names:
        _execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def settle() -> None:
    """Vacuum, analyze and write a checkpoint, so that no old debt is paid while we measure."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")


def _execute(statement: str, *names: str) -> None:
    # CREATE DATABASE refuses to copy a database that is in use, this connection included.
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
