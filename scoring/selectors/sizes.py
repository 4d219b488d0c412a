"""How large tables are, without counting them."""

from django.db import connection
from django.db.models import Model


def estimated_rows(model: type[Model]) -> int:
    """Return about how many rows the table of a model has; 0 where PostgreSQL does not know yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass",
            [model._meta.db_table],
        )
        return max(0, int(cursor.fetchone()[0]))
