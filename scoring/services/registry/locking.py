"""One change of the registry at a time."""

from django.db import connection

REGISTRY_LOCK = 7_462_001


def lock_registry() -> None:
    """Wait for other changes of versions and policies, until the end of the transaction.

    Raises RuntimeError outside a transaction, where the lock would hold nothing.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("The registry is locked inside a transaction only.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [REGISTRY_LOCK])
