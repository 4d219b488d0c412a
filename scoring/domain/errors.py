"""What can go wrong, as types: a status for REST, a stable code for programs, words for people."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing that is wrong with one field of what was sent."""

    field: str
    code: str
    message: str


class Problem(Exception):
    """Something the caller can be told about.

    `code` is stable and for programs, `message` is one sentence for people, `errors` says what is
    wrong field by field, and `status` is the HTTP status that carries it.
    """

    status: ClassVar[int] = 400

    def __init__(self, code: str, message: str, errors: Iterable[FieldError] = ()) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.errors = tuple(errors)

    def __str__(self) -> str:
        return self.message


class InvalidRecord(Problem):
    """A record was refused; `errors` lists everything that is wrong with it."""

    def __init__(
        self, errors: Iterable[FieldError], message: str = "The record is not valid."
    ) -> None:
        super().__init__("invalid", message, errors)


class Forbidden(Problem):
    """The caller is known, but may not do this."""

    status = 403


class NotFound(Problem):
    """There is no such thing, or none that the caller may see."""

    status = 404


class Conflict(Problem):
    """What was asked contradicts what is already stored."""

    status = 409


class InvalidTransition(Conflict):
    """The thing exists, but not in a state from which this step leads anywhere."""


class LeaseLost(Conflict):
    """The task belongs to somebody else by now; nothing was written."""

    def __init__(self, message: str = "This task was released or passed on meanwhile.") -> None:
        super().__init__("lease_lost", message)
