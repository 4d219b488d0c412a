"""Lines of a text file, packed or not, none so long that it fills the memory."""

import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from scoring.domain.errors import Problem

LONGEST_LINE = 1_000_000


class TooLong:
    """Stands for a line of more than LONGEST_LINE characters."""


TOO_LONG = TooLong()


class Lines:
    """The lines of a file without their ends; `done` of `total` bytes of the file are read.

    Bytes that are not UTF-8 become lone surrogates, which no field accepts.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.total = max(1, path.stat().st_size)
        self._raw: BinaryIO | None = None
        self._ended = False

    @property
    def done(self) -> int:
        if self._ended:
            return self.total
        return self._raw.tell() if self._raw and not self._raw.closed else 0

    def __iter__(self) -> Iterator[str | TooLong]:
        """Raise Problem (``unreadable_file``) where the file cannot be read or breaks off."""
        try:
            with self.path.open("rb") as self._raw, self._text(self._raw) as text:
                yield from _lines(text)
                self._ended = True
        except (OSError, EOFError, zlib.error) as error:
            message = f"{self.path.name} cannot be read: {error}."
            raise Problem("unreadable_file", message) from error

    def _text(self, raw: BinaryIO) -> io.TextIOWrapper:
        packed = self.path.name.lower().endswith(".gz")
        opened = gzip.GzipFile(fileobj=raw) if packed else raw
        return io.TextIOWrapper(opened, encoding="utf-8-sig", errors="surrogateescape")


def _lines(text: io.TextIOWrapper) -> Iterator[str | TooLong]:
    while line := text.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            while line and not line.endswith("\n"):
                line = text.readline(LONGEST_LINE)
            yield TOO_LONG
        else:
            yield line.rstrip("\n")
