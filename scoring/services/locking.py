"""One process at a time, without waiting: PostgreSQL advisory locks."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


def got_turn(name: str) -> bool:
    """Return whether this database transaction got the lock, which ends with it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_number(name)])
        return bool(cursor.fetchone()[0])


@contextmanager
def advisory_lock(name: str) -> Iterator[bool]:
    """Yield whether this process got the lock; it ends with the block or the connection."""
    number = _number(name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        acquired = bool(cursor.fetchone()[0])
    try:
        yield acquired
    finally:
        if acquired:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
