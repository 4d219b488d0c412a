"""A forked process that does the other half of the work, one message after the other."""

import multiprocessing
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from django.db import connections

from fraudreview.demo.databases import commit_without_waiting
from fraudreview.demo.past import DemoError

Work = Callable[[Any], None]


class Twin:
    """Runs `work` in a process of its own for each message; one message is under way at a time."""

    def __init__(self, work: Work) -> None:
        self._ours, theirs = multiprocessing.Pipe()
        # A database connection serves one process.
        connections.close_all()
        context = multiprocessing.get_context("fork")
        self._process = context.Process(
            target=_serve, args=(theirs, self._ours, work), name="twin", daemon=True
        )
        self._process.start()
        theirs.close()
        commit_without_waiting()
        self._busy = False

    def __enter__(self) -> "Twin":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._process.kill()
            return
        self.wait()
        self._ours.close()
        self._process.join()

    def send(self, message: object) -> None:
        """Have the message worked on; the one before must be finished."""
        self._ours.send(message)
        self._busy = True

    def wait(self) -> None:
        """Return when the last message is finished; DemoError where that failed."""
        if self._busy:
            try:
                self._ours.recv()
            except EOFError:
                raise DemoError("A helper process of the demo ended too early.") from None
            self._busy = False


def _serve(connection: Connection, other_end: Connection, work: Work) -> None:
    # A Ctrl-C reaches us too, but the parent says when to stop.
    for sent in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(sent, signal.SIG_IGN)
    # Only if the parent alone holds its end, its death is the end of our messages.
    other_end.close()
    commit_without_waiting()
    while True:
        try:
            message = connection.recv()
        except EOFError:
            break
        work(message)
        connection.send(True)
    connections.close_all()
