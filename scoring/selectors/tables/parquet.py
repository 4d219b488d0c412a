"""Parquet: typed columns, read as they are."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import polars as pl

from scoring.domain.errors import Problem
from scoring.domain.mapping import Chunk
from scoring.selectors.tables.table import CHUNK_ROWS, Table


class ParquetTable(Table):
    """Rows are numbered from 1; times without a zone are in UTC, NaN is nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._scan = pl.scan_parquet(path)
        try:
            self.columns = tuple(self._scan.collect_schema().names())
            self.total = int(self._scan.select(pl.len()).collect().item())
        except (pl.exceptions.PolarsError, OSError) as error:
            raise self._unreadable(error) from error

    def chunks(self, wanted: Collection[str]) -> Iterator[Chunk]:
        chosen = [name for name in self.columns if name in wanted]
        try:
            for frame in self._frames(chosen):
                lines = range(self.done + 1, self.done + frame.height + 1)
                yield Chunk(lines, {name: _values(frame[name]) for name in chosen})
                self.done += frame.height
        except (pl.exceptions.PolarsError, OSError) as error:
            raise self._unreadable(error) from error

    def _frames(self, chosen: list[str]) -> Iterator[pl.DataFrame]:
        for batch in self._scan.select(chosen).collect_batches(chunk_size=CHUNK_ROWS):
            yield from batch.iter_slices(CHUNK_ROWS)

    def _unreadable(self, error: Exception) -> Problem:
        reason = str(error).partition("\n")[0]
        return Problem("unreadable_file", f"{self.path.name} cannot be read: {reason}.")


def _values(series: pl.Series) -> list[Any]:
    kind = series.dtype
    if kind.is_float():
        # 0.1 in single precision must not become 0.10000000149011612.
        single = kind == pl.Float32
        series = series.cast(pl.String).cast(pl.Float64) if single else series
        series = series.fill_nan(None)
    elif isinstance(kind, pl.Datetime):
        series = series.cast(pl.Datetime("us", kind.time_zone))
        series = (
            series.dt.convert_time_zone("UTC")
            if kind.time_zone
            else (series.dt.replace_time_zone("UTC"))
        )
    elif kind in (pl.Categorical, pl.Enum):
        series = series.cast(pl.String)
    return series.to_list()
