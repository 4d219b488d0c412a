"""Bytes that a scored transaction takes in PostgreSQL, by table, indexes included."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from bench import services
from bench.base import Base
from bench.databases import database, settle
from bench.options import Options
from bench.tables import QUEUE, TABLES

Sizes = dict[str, dict[str, int]]
_SIZES = """
SELECT relname, pg_total_relation_size(oid), pg_indexes_size(oid) FROM pg_class
WHERE relname = ANY(%s)
"""


def measure(options: Options, base: Base) -> dict[str, Any]:
    """Return the bytes of transactions that went through the services, without processes.

    The pipeline tells the same of its own rows, and that is what is published.
    """
    with database("storage", template=base.database):
        empty = sizes()
        now = timezone.now()
        start = now - timedelta(minutes=10)
        services.take_in(options, base.world, "s", options.pipeline_rows // 4, start)
        services.decide_all()
        services.open_all_cases()
        settle()
        return per_transaction(empty, sizes(), options.pipeline_rows // 4)


def sizes() -> Sizes:
    """Return bytes of each table and of its indexes, in the database in use."""
    with connection.cursor() as cursor:
        cursor.execute(_SIZES, [[*TABLES, QUEUE]])
        return {
            name: {"total": total, "indexes": indexes} for name, total, indexes in cursor.fetchall()
        }


def per_transaction(
    before: Mapping[str, Mapping[str, int]], after: Mapping[str, Mapping[str, int]], rows: int
) -> dict[str, Any]:
    """Return what each table grew by, in bytes a transaction, and the sum.

    >>> one = {"t": {"total": 100, "indexes": 40}}
    >>> per_transaction(one, {"t": {"total": 300, "indexes": 140}}, 10)["bytes"]
    20.0
    """
    tables = {
        name: {
            kind: round((after[name][kind] - before[name][kind]) / rows, 1)
            for kind in ("total", "indexes")
        }
        for name in after
    }
    total = sum(after[name]["total"] - before[name]["total"] for name in after) / rows
    return {"rows": rows, "bytes": round(total, 1), "tables": tables}
