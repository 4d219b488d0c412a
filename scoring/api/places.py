"""Places for long answers: each holds a thread of the web process, and others need some, too."""

import threading
from collections.abc import Iterator


class Placed:
    """The lines of an answer; closing it gives its place to the next one."""

    def __init__(self, lines: Iterator[bytes], places: "Places") -> None:
        self._lines = lines
        self._places: Places | None = places

    def __iter__(self) -> Iterator[bytes]:
        return self._lines

    def close(self) -> None:
        """Called by the server when the answer is sent or the client is gone."""
        places, self._places = self._places, None
        if places is not None:
            places.leave()

    # An answer that never reached the server is closed by nobody.
    __del__ = close


class Places:
    """How many long answers there are in this process."""

    def __init__(self) -> None:
        self._taken = 0
        self._lock = threading.Lock()

    def take(self, lines: Iterator[bytes], *, most: int) -> Placed | None:
        """Return the answer with a place, or None where all are taken."""
        with self._lock:
            if self._taken >= most:
                return None
            self._taken += 1
        return Placed(lines, self)

    def leave(self) -> None:
        """Give one place back."""
        with self._lock:
            self._taken -= 1
