"""Simulated rows as a file; the ending of its name chooses the format."""

import gzip
from pathlib import Path

import polars as pl

from scoring.domain.errors import Problem

TIME_FORMAT = "%Y-%m-%dT%H:%M:%S%.3fZ"
ENDINGS = (".csv", ".csv.gz", ".parquet", ".ndjson")


def require_known_ending(path: Path) -> None:
    """Raise `Problem` (code ``unknown_file_type``) unless `path` ends as one of ENDINGS."""
    if not path.name.lower().endswith(ENDINGS):
        raise Problem("unknown_file_type", f"{path.name}: the name must end with {_listed()}.")


def write_rows(table: pl.DataFrame, path: Path) -> None:
    """Write `table` to `path`, replacing what is there. Raises OSError where that fails."""
    require_known_ending(path)
    name = path.name.lower()
    if name.endswith(".parquet"):
        table.write_parquet(path)
    elif name.endswith(".ndjson"):
        table.with_columns(pl.col("amount").cast(pl.String), *_written_times(table)).write_ndjson(
            path
        )
    elif name.endswith(".csv.gz"):
        # Without a time stamp inside, equal rows give equal files.
        with path.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as file:
            file.write(table.write_csv(datetime_format=TIME_FORMAT).encode())
    else:
        table.write_csv(path, datetime_format=TIME_FORMAT)


def _written_times(table: pl.DataFrame) -> list[pl.Expr]:
    times = [name for name, kind in table.schema.items() if kind.is_temporal()]
    return [pl.col(name).dt.to_string(TIME_FORMAT) for name in times]


def _listed() -> str:
    return f"{', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}"
