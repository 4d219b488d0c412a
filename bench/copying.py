"""Raw COPY of the rows that the pipeline made, into the same tables: what storing alone costs."""

import time
from pathlib import Path
from typing import Any

from django.db import connection

from bench.databases import settle
from bench.progress import say
from bench.tables import exported

CHUNK = 1 << 20


def export(folder: Path) -> dict[str, Path]:
    """Write the rows of the database in use to files, a table each; return them in order."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    with connection.cursor() as cursor:
        for table, query in exported().items():
            files[table] = folder / f"{table}.copy"
            with (
                files[table].open("wb") as file,
                cursor.copy(f"COPY ({query} ORDER BY 1) TO STDOUT") as rows,
            ):
                for data in rows:
                    file.write(data)
    return files


def load(files: dict[str, Path], transactions: int) -> dict[str, Any]:
    """Load the files into the database in use over one connection; return times and the rate.

    All indexes, foreign keys and checks are there, as for the pipeline; one commit a table.
    """
    settle()
    seconds: dict[str, float] = {}
    with connection.cursor() as cursor:
        for table, file in files.items():
            before = time.perf_counter()
            with file.open("rb") as data, cursor.copy(f"COPY {table} FROM STDIN") as rows:
                while part := data.read(CHUNK):
                    rows.write(part)
            seconds[table] = time.perf_counter() - before
    total = sum(seconds.values())
    say(f"COPY of the same rows: {transactions / total:,.0f} transactions/s")
    return {
        "seconds": {table: round(value, 3) for table, value in seconds.items()},
        "per_second": transactions / total,
    }
