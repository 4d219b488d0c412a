"""Opening a table by the ending of its name."""

from collections.abc import Callable
from pathlib import Path

from scoring.domain.errors import Problem
from scoring.selectors.tables.delimited import DelimitedTable
from scoring.selectors.tables.json_lines import JsonLinesTable
from scoring.selectors.tables.parquet import ParquetTable
from scoring.selectors.tables.table import Table

ENDINGS = (".csv", ".csv.gz", ".parquet", ".ndjson", ".jsonl", ".ndjson.gz", ".jsonl.gz")


def open_table(path: Path, *, delimiter: str | None = None) -> Table:
    """The table in `path`, of which only the names of the columns have been read.

    Raises Problem: ``file_not_found``, ``unknown_file_type``, ``unreadable_file``,
    ``empty_file``, ``duplicate_column``.
    """
    if not path.exists():
        raise Problem("file_not_found", f"There is no file {path}.")
    if not path.is_file():
        raise Problem("unreadable_file", f"{path} is not a file.")
    return _by_ending(path, delimiter)()


def _by_ending(path: Path, delimiter: str | None) -> Callable[[], Table]:
    name = path.name.lower()
    if name.endswith((".csv", ".csv.gz")):
        return lambda: DelimitedTable(path, delimiter)
    if name.endswith(".parquet"):
        return lambda: ParquetTable(path)
    if name.endswith(ENDINGS):
        return lambda: JsonLinesTable(path)
    raise Problem(
        "unknown_file_type",
        f"{path.name}: the name must end with {ENDINGS[0]},"
        f" {', '.join(ENDINGS[1:-1])} or {ENDINGS[-1]}.",
    )
