"""Whose data is in the database, and how to begin again after a start that was cut off."""

from django.conf import settings
from django.db import connection
from psycopg import sql

from fraudreview.demo.past import DemoError
from scoring.models import Transaction

FOREIGN = (
    "The database holds payments that are not the demo's, and it does not mix with them. "
    "Name an empty folder in FRAUDREVIEW_VAR, or an empty database in DATABASE_URL."
)
UNFINISHED = (
    "An earlier start of the demo was cut off, and the database that DATABASE_URL names is not "
    "ours to empty. Name an empty one."
)


def require_no_payments() -> None:
    """Raise DemoError where the database holds payments."""
    if holds_payments():
        raise DemoError(FOREIGN)


def holds_payments() -> bool:
    """Return whether there are payments in the database; one without tables has none."""
    if Transaction._meta.db_table not in connection.introspection.table_names():
        return False
    return Transaction.objects.exists()


def commit_without_waiting() -> None:
    """Let this connection go on before its commits are on disk: what it fills can be refilled."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")


def begin_again() -> None:
    """Empty the embedded database; DemoError where the database is another one."""
    if not settings.LAPTOP:
        raise DemoError(UNFINISHED)
    name = sql.Identifier(connection.settings_dict["NAME"])
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(name))
