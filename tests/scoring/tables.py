"""Small tables in files, and mappings to read them with."""

import gzip
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from scoring.domain.intake import Context
from scoring.domain.mapping import Chunk, MappedChunk, RowReader, parse_mapping

NOW = datetime(2026, 11, 19, 12, tzinfo=UTC)
SECRET = b"secret of the tests"
SIMPLE = """
[fields]
external_id = "id"
occurred_at = "at"
amount = "amount"

[constants]
currency = "EUR"
"""


def reader(mapping: str, columns: Sequence[str], *, days: float = 7) -> RowReader:
    """Return a reader for a table with these columns and this mapping."""
    return RowReader(
        parse_mapping(mapping, name="test"),
        columns,
        context=Context(NOW, SECRET),
        delay=timedelta(days=days),
    )


def read(mapping: str, **columns: list[Any]) -> MappedChunk:
    """Read one chunk with these columns, whose first line is 1."""
    count = len(next(iter(columns.values())))
    return reader(mapping, list(columns)).read(Chunk(range(1, count + 1), columns))


def faults(mapped: MappedChunk) -> list[tuple[int, str, str]]:
    """Return what is wrong, as (line, field, code)."""
    return [(error.line, error.field, error.code) for error in mapped.errors]


def write(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    """Write the rows in the format that the path's ending names."""
    if path.suffix == ".parquet":
        pl.DataFrame(rows).write_parquet(path)
    elif path.suffix in (".ndjson", ".jsonl"):
        path.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    else:
        text = pl.DataFrame(rows).write_csv()
        path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path
