"""What all kinds of table files have in common."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator
from pathlib import Path

from scoring.domain.mapping import Chunk

CHUNK_ROWS = 20_000


class Table(ABC):
    """A file of rows with named `columns`, read in chunks.

    `total` and `done` measure progress in the file's own units: bytes or rows.
    """

    path: Path
    columns: tuple[str, ...]
    total: int
    done: int = 0

    @abstractmethod
    def chunks(self, wanted: Collection[str]) -> Iterator[Chunk]:
        """The rows in order with the `wanted` columns; what is no row is refused by line.

        Raises Problem (``unreadable_file``) where the file breaks off.
        """
