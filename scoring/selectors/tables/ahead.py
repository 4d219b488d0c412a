"""Reading the next piece while the last one is being stored."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Piece = TypeVar("Piece")


def ahead(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """The same `pieces`, each made in a second thread while the one before is in use.

    The database works in its own process, so reading and storing use two cores. One piece waits
    at most, which keeps memory flat; what goes wrong in making a piece is raised here.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="reading") as reading:
        coming = reading.submit(next, pieces, None)
        while (piece := coming.result()) is not None:
            coming = reading.submit(next, pieces, None)
            yield piece
