"""Scores as a file that appears complete or not at all."""

import csv
import fcntl
import gzip
import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import orjson
import polars as pl

from scoring.domain.errors import Problem

ENDINGS = (".csv", ".csv.gz", ".ndjson", ".parquet")
REASON = pl.Struct({"code": pl.String, "sentence": pl.String, "contribution": pl.Float64})
SCHEMA: dict[str, Any] = {
    "external_id": pl.String,
    "outcome": pl.String,
    "probability": pl.Float64,
    "margin": pl.Float64,
    "stratum": pl.String,
    "reason_codes": pl.List(REASON),
    "model_version": pl.Int64,
    "policy_version": pl.Int64,
    "stored": pl.Boolean,
}
# In a table of plain cells the reasons are two: codes for programs, sentences for people.
CELLS = [name for column in SCHEMA for name in (
    ("reason_codes", "reasons") if column == "reason_codes" else (column,)
)]  # fmt: skip

Row = Mapping[str, Any]


class ScoresFile:
    """Rows into the format that the ending of `out` names, written beside it and then renamed.

    A draft that a killed process left is overwritten by the next one. Raises Problem:
    ``unknown_file_type``, ``unwritable_file``.
    """

    def __init__(self, out: Path, *, source: Path) -> None:
        self.out = out
        self._name = out.name.lower()
        if not self._name.endswith(ENDINGS):
            listed = f"{', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}"
            message = f"{out.name}: the name must end with {listed}."
            raise Problem("unknown_file_type", message)
        if out.exists() and source.exists() and out.samefile(source):
            raise Problem("unwritable_file", f"{out} is the file that is read.")
        self._draft = out.with_name(f".{out.name}.draft")
        self._packing = out.with_name(f".{out.name}.packed")
        self._file: BinaryIO | None = None
        self._packed: gzip.GzipFile | None = None

    def __enter__(self) -> "ScoresFile":
        try:
            self._file = self._draft.open("ab")
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not self._is_ours():
                raise BlockingIOError
        except BlockingIOError:
            self._close()
            message = f"{self.out} is being written by another process."
            raise Problem("unwritable_file", message) from None
        except OSError as error:
            message = f"{self.out} cannot be written: {error.strerror}."
            raise Problem("unwritable_file", message) from error
        self._file.truncate(0)
        if self._name.endswith(".gz"):
            # Without a name and a time inside, equal scores give equal files.
            self._packed = gzip.GzipFile("", "wb", 6, self._file, mtime=0)
        if ".csv" in self._name:
            self._put(_csv([dict(zip(CELLS, CELLS, strict=True))]))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            if self._is_ours():
                self._draft.unlink()
            self._packing.unlink(missing_ok=True)
            self._close()

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows in the order and with the names of SCHEMA."""
        if ".csv" in self._name:
            self._put(_csv([_cells(row) for row in rows]))
        else:
            self._put(b"".join(orjson.dumps(row) + b"\n" for row in rows))

    def complete(self) -> None:
        """Let the file appear under its name, replacing what is there."""
        assert self._file is not None
        if self._packed is not None:
            self._packed.close()
        self._file.flush()
        if self._name.endswith(".parquet"):
            pl.scan_ndjson(self._draft, schema=SCHEMA).sink_parquet(self._packing)
            self._packing.replace(self.out)
        else:
            self._draft.replace(self.out)

    def _put(self, data: bytes) -> None:
        target = self._packed or self._file
        assert target is not None
        target.write(data)

    def _is_ours(self) -> bool:
        """Whether the draft is what we opened: another process may have completed it meanwhile."""
        assert self._file is not None
        try:
            return os.path.samestat(self._draft.stat(), os.fstat(self._file.fileno()))
        except FileNotFoundError:
            return False

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()


def _cells(row: Row) -> dict[str, Any]:
    return {
        **row,
        "reason_codes": " ".join(reason["code"] for reason in row["reason_codes"]),
        "reasons": " ".join(reason["sentence"] for reason in row["reason_codes"]),
        "stored": "true" if row["stored"] else "false",
    }


def _csv(rows: Sequence[Row]) -> bytes:
    text = io.StringIO()
    csv.DictWriter(text, CELLS, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
