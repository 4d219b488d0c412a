"""Transactions line by line: any number of them, in bounded memory."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from scoring.api.parsers import parse_json, refuse_encoded
from scoring.api.renderers import to_json
from scoring.services.intake import Acceptance, ItemError, accept_items

logger = logging.getLogger(__name__)
LINES_PER_COMMIT = 1000
LONGEST_LINE = 128 * 1024
MOST_ERRORS = 1000
# A stream takes what is left of a budget in small pieces, or it would wait for a whole part of it
# for ever where other calls always take some first.
COUNTED_AT_ONCE = 100
# In between, a line tells the client that the stream still lives.
LONGEST_PAUSE = 10

Line = bytes | None
"""None stands for a line that was too long to keep."""


class NDJSONParser(BaseParser):
    """Hands the stream on: its lines are read while the answer is written."""

    media_type = "application/x-ndjson"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return stream


def is_ndjson(request: Request) -> bool:
    """Tell whether the body is one JSON object a line."""
    media_type = (request.content_type or "").partition(";")[0].strip().lower()
    return media_type == NDJSONParser.media_type


def body_stream(request: Request) -> IO[bytes]:
    """Return the body as a stream; a chunked one too, which Django itself takes for empty.

    Raises UnsupportedMediaType for a compressed one.
    """
    refuse_encoded(request)
    environ = request._request.META
    if not environ.get("CONTENT_LENGTH") and environ.get("wsgi.input_terminated"):
        chunked: IO[bytes] = environ["wsgi.input"]
        return chunked
    return request._request  # type: ignore[return-value]


@dataclass(slots=True)
class _Progress:
    """What became of the lines so far."""

    lines: int = 0
    accepted: int = 0
    duplicates: int = 0
    error_count: int = 0
    errors: list[ItemError] = field(default_factory=list)

    def add(self, lines: int, acceptance: Acceptance) -> None:
        self.lines += lines
        self.accepted += acceptance.accepted
        self.duplicates += acceptance.duplicates
        self.error_count += len(acceptance.errors)
        self.errors += acceptance.errors[: MOST_ERRORS - len(self.errors)]

    def counts(self) -> dict[str, int]:
        names = ("lines", "accepted", "duplicates", "error_count")
        return {name: getattr(self, name) for name in names}


def answer_lines(
    stream: IO[bytes],
    *,
    clock: Callable[[], datetime],
    wait_for: Callable[[int], int] = lambda lines: 0,
    pause: Callable[[float], None] = time.sleep,
) -> Iterator[bytes]:
    """Store what the stream holds, a commit per 1,000 lines, and yield the answer's lines.

    After each commit one line of progress, at the end the summary with the first 1,000 errors.
    Where it breaks off, the last line is an error that says how many lines are stored.
    `wait_for` counts lines and tells for how many seconds they are too many: the stream pauses,
    for breaking it off would have the client send everything again.
    """
    progress = _Progress()
    lines = _lines(stream)
    try:
        while part := list(islice(lines, LINES_PER_COMMIT)):
            for seconds in _waits(len(part), wait_for):
                yield _line({"progress": progress.counts(), "waiting_seconds": seconds})
                pause(min(seconds, LONGEST_PAUSE))
            progress.add(len(part), _accept(part, first=progress.lines, now=clock()))
            yield _line({"progress": progress.counts()})
    except OSError as gone:
        logger.warning("a stream of lines broke off after line %s: %s", progress.lines, gone)
        yield _line(_broken_off(progress))
    except Exception:
        logger.exception("a stream of transactions broke off after line %s", progress.lines)
        yield _line(_broken_off(progress))
    else:
        errors = [asdict(error) for error in progress.errors]
        yield _line({**progress.counts(), "errors": errors})


def _waits(lines: int, wait_for: Callable[[int], int]) -> Iterator[int]:
    """Count lines until all are counted; yield for how many seconds to pause where they are not."""
    while lines:
        counted = min(lines, COUNTED_AT_ONCE)
        if seconds := wait_for(counted):
            yield seconds
        else:
            lines -= counted


def _lines(stream: IO[bytes]) -> Iterator[Line]:
    while line := stream.readline(LONGEST_LINE + 1):
        if len(line) <= LONGEST_LINE:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(LONGEST_LINE)
        yield None


def _accept(lines: list[Line], *, first: int, now: datetime) -> Acceptance:
    """Store a part of the stream whose first line has the index `first`."""
    items: list[Any] = []
    indices: list[int] = []
    errors: list[ItemError] = []
    for index, line in enumerate(lines, start=first):
        if line is not None and not line.strip():
            continue
        try:
            items.append(_parsed(line))
            indices.append(index)
        except ParseError as error:
            code = str(error.get_codes())
            errors.append(ItemError(index, None, code, "", str(error.detail)))
    acceptance = accept_items(items, now=now)
    errors += [replace(error, index=indices[error.index]) for error in acceptance.errors]
    return replace(acceptance, errors=tuple(sorted(errors, key=lambda error: error.index)))


def _parsed(line: Line) -> Any:
    if line is None:
        raise ParseError(f"A line may have at most {LONGEST_LINE} bytes.", "too_large")
    return parse_json(line)


def _broken_off(progress: _Progress) -> dict[str, Any]:
    message = f"Stored up to line {progress.lines}; send the rest again, or all: nothing doubles."
    return {"code": "broken_off", "message": message, "errors": [], **progress.counts()}


def _line(body: Mapping[str, Any]) -> bytes:
    return to_json(body) + b"\n"
