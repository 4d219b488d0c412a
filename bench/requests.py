"""What the load sends: requests as bytes, built before the clock starts."""

import json
from collections.abc import Callable
from datetime import datetime
from itertools import cycle
from typing import Any

import numpy as np

from bench.history import World
from bench.payments import ID_DIGITS, templates

TEMPLATES = 20_000


def request_maker(task: dict[str, Any], *, now: datetime) -> Callable[[], bytes]:
    """Return a function that gives the next request, in the shape that the task names."""
    makers = {"decisions": _payments, "vectors": _vectors, "constant": _constant}
    return makers[task["shape"]](task, now)


def _payments(task: dict[str, Any], now: datetime) -> Callable[[], bytes]:
    """One new payment each, with its own external id; the first has the number `first`."""
    drawn = templates(
        TEMPLATES,
        world=World(task["history_rows"]),
        seed=task["seed"],
        prefix=task["prefix"],
        start=now,
    )
    cut = cycle(
        [
            (_head(task, len(before) + ID_DIGITS + len(after)) + before, after)
            for before, after in drawn
        ]
    )
    numbers = iter(range(task["first"], 10**ID_DIGITS))

    def make() -> bytes:
        before, after = next(cut)
        return before + b"%09d" % next(numbers) + after

    return make


def _vectors(task: dict[str, Any], _: datetime) -> Callable[[], bytes]:
    """A ready-made feature vector each, in the words of the peer."""
    values = np.load(task["vectors"])[:TEMPLATES].tolist()
    names = task["names"]
    shape = SHAPES[task["words"]]
    bodies = [json.dumps(shape(names, row), separators=(",", ":")).encode() for row in values]
    return cycle([_head(task, len(body)) + body for body in bodies]).__next__


def _constant(task: dict[str, Any], _: datetime) -> Callable[[], bytes]:
    body = b"{}"
    request = _head(task, len(body)) + body
    return lambda: request


def _fields(names: list[str], row: list[float]) -> dict[str, Any]:
    return dict(zip(names, row, strict=True))


def _wrapped(names: list[str], row: list[float]) -> dict[str, Any]:
    return {"vector": _fields(names, row)}


def _split(names: list[str], row: list[float]) -> dict[str, Any]:
    return {"dataframe_split": {"columns": names, "data": [row]}}


# How a peer wants a vector to be sent.
SHAPES = {"fields": _fields, "wrapped": _wrapped, "split": _split}


def _head(task: dict[str, Any], length: int) -> bytes:
    headers = {
        "Host": "127.0.0.1",
        "Content-Type": "application/json",
        "Content-Length": str(length),
        **task.get("headers", {}),
    }
    lines = [f"POST {task['path']} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()
