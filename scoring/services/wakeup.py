"""Ringing the workers: a hint that is allowed to get lost.

A publish to a dead broker blocks for a second or more, so it happens in a background thread, at
most one of each kind waits, and after a failure nobody tries for a while. Workers also look
for themselves every two seconds.
"""

import logging
import os
import threading
import time
from collections.abc import Callable

from celery import current_app

logger = logging.getLogger(__name__)
PAUSE_SECONDS = 5.0
EXPIRES_SECONDS = 10


class Bell:
    """Rings for task names, coalescing what has not been rung yet."""

    def __init__(self, publish: Callable[[str], None]) -> None:
        self._send = publish
        self._due: set[str] = set()
        self._something = threading.Condition()
        self._thread: threading.Thread | None = None
        self._process = 0
        self._silent_until = 0.0

    def ring(self, task: str) -> None:
        """Have the task published soon; returns at once and never fails."""
        with self._something:
            self._due.add(task)
            # A forked child inherits the object but not the thread.
            if self._thread is None or self._process != os.getpid():
                self._start()
            self._something.notify()

    def _start(self) -> None:
        self._process = os.getpid()
        self._thread = threading.Thread(target=self._publish_forever, name="bell", daemon=True)
        self._thread.start()

    def _publish_forever(self) -> None:
        while True:
            with self._something:
                self._something.wait_for(lambda: bool(self._due))
                due, self._due = self._due, set()
            if time.monotonic() >= self._silent_until:
                for task in sorted(due):
                    self._publish(task)

    def _publish(self, task: str) -> None:
        try:
            self._send(task)
        except Exception as error:
            # Whatever the client library raises: the thread must live on.
            self._silent_until = time.monotonic() + PAUSE_SECONDS
            logger.warning("the broker does not answer (%s); workers poll meanwhile", error)


def _publish(task: str) -> None:
    current_app.send_task(task, expires=EXPIRES_SECONDS, retry=False, ignore_result=True)


_bell = Bell(_publish)


def ring(task: str = "scoring.score_pending") -> None:
    """Tell the workers that there is something to do. Call it after the commit."""
    _bell.ring(task)
