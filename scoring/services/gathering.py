"""Calls that come at the same moment are answered together, by the thread of one of them.

A call that comes alone is answered at once: nobody waits for company. While it is being answered
others gather, and one of those answers all of them next. So the fixed costs of a database
transaction are shared exactly when there is something to share.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class LeaderLost(Exception):
    """The thread that was answering for several calls did not get to the end."""


def _held_lock() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(slots=True)
class _Call(Generic[Asked, Answer]):
    asked: Asked
    # Held from the start, released once: for the answer, or for the turn to find it.
    turn: threading.Lock = field(default_factory=_held_lock)
    answers: list[Answer] = field(default_factory=list)
    error: BaseException | None = None
    leads: bool = False


class Gathering(Generic[Asked, Answer]):
    """Turns a function from many questions to as many answers into one for a single call."""

    def __init__(self, answer: Callable[[Sequence[Asked]], Sequence[Answer]], *, most: int) -> None:
        self._answer = answer
        self._most = most
        self._lock = threading.Lock()
        self._waiting: list[_Call[Asked, Answer]] = []
        self._answering = False

    def ask(self, asked: Asked) -> Answer:
        """Return the answer; raises what answering raised for all that were asked together."""
        call: _Call[Asked, Answer] = _Call(asked)
        if not self._starts(call):
            call.turn.acquire()
        if call.leads:
            self._lead()
        if call.error is not None:
            raise call.error
        return call.answers[0]

    def _starts(self, call: _Call[Asked, Answer]) -> bool:
        """Line up; return whether nobody is answering, so that this thread begins."""
        with self._lock:
            self._waiting.append(call)
            if self._answering:
                return False
            self._answering = call.leads = True
            return True

    def _lead(self) -> None:
        with self._lock:
            calls, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        try:
            answers = self._answer([call.asked for call in calls])
            for call, answer in zip(calls, answers, strict=True):
                call.answers.append(answer)
        except BaseException as error:
            for call in calls:
                call.error = error if isinstance(error, Exception) else LeaderLost()
            raise
        finally:
            self._pass_on()
            for call in calls:
                if not call.leads:
                    call.turn.release()

    def _pass_on(self) -> None:
        """Have the first of those who gathered meanwhile answer next."""
        with self._lock:
            self._answering = bool(self._waiting)
            if self._waiting:
                self._waiting[0].leads = True
                self._waiting[0].turn.release()
