"""The load: a process of its own that sends requests over keep-alive connections.

Closed loop: each connection sends its next request when the answer to the last one is there.
Open loop: requests are due at a fixed rate, and a request's time counts from when it was due, so
that a server that stalls cannot slow down the clock it is judged by (coordinated omission).

`python -m bench.load` reads one JSON object from its input and writes one to its output.
"""

import json
import resource
import select
import socket
import sys
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bench.requests import request_maker

HOST = "127.0.0.1"
ENOUGH = 1 << 16
PATIENCE_SECONDS = 30.0
Request = Callable[[], bytes]


@dataclass(slots=True)
class Tally:
    """What came back: seconds per answer, answers by status, connections that broke."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    reconnects: int = 0
    example: str = ""
    first_due_at: float = 0.0

    def add(self, seconds: float, answer: bytes) -> None:
        self.seconds.append(seconds)
        status = answer[9:12].decode("latin-1")
        self.statuses[status] += 1
        if status[:1] != "2" and not self.example:
            self.example = answer[:1000].decode("latin-1")


class Connections:
    """Keep-alive connections to one port, watched together; `count` requests were sent."""

    def __init__(self, port: int, count: int, tally: Tally) -> None:
        self.port = port
        self.tally = tally
        self.poll = select.epoll()
        self.sockets: dict[int, socket.socket] = {}
        self.parts: dict[int, bytes] = {}
        self.sent: dict[int, bytes] = {}
        self.count = 0
        for _ in range(count):
            self._open()

    def _open(self) -> int:
        opened = socket.create_connection((HOST, self.port), timeout=PATIENCE_SECONDS)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sockets[opened.fileno()] = opened
        self.poll.register(opened.fileno(), select.EPOLLIN)
        return opened.fileno()

    def send(self, place: int, request: bytes) -> None:
        """Send a request; a connection that the server closed meanwhile is made anew."""
        self.sent[place] = request
        self.count += 1
        with suppress(BrokenPipeError, ConnectionResetError):
            self.sockets[place].sendall(request)

    def answers(self, timeout: float) -> list[tuple[int, bytes]]:
        """Wait, and return connection and answer of each that is complete."""
        complete = []
        for place, _ in self.poll.poll(timeout):
            data = self._received(place)
            if not data:
                self._again(place)
                continue
            if place in self.parts:
                data = self.parts.pop(place) + data
            if is_complete(data):
                del self.sent[place]
                complete.append((place, data))
            else:
                self.parts[place] = data
        return complete

    def _received(self, place: int) -> bytes:
        try:
            return self.sockets[place].recv(ENOUGH)
        except ConnectionResetError:
            return b""

    def _again(self, place: int) -> None:
        """Replace a connection that ended under the same number; send its request again."""
        self.tally.reconnects += 1
        self.parts.pop(place, None)
        self.poll.unregister(place)
        self.sockets[place].close()
        number = self._open()  # the lowest free one: the one that was just closed
        if number != place:
            raise RuntimeError("a connection changed its number")
        if place in self.sent:
            self.count -= 1
            self.send(place, self.sent[place])

    def close(self) -> None:
        for opened in self.sockets.values():
            opened.close()
        self.poll.close()


def is_complete(answer: bytes) -> bool:
    """Tell whether an answer has come to its end."""
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = answer[:end].lower()
    place = head.find(b"content-length:")
    if place >= 0:
        length = int(head[place + 15 : place + 30].split(b"\r\n", 1)[0])
        return len(answer) >= end + 4 + length
    if b"transfer-encoding: chunked" in head:
        return answer.endswith(b"0\r\n\r\n")
    return head[9:12] == b"204"


def closed_loop(port: int, connections: int, warm_up: float, seconds: float, make: Request) -> Any:
    """Return the tally of `seconds` after the warm-up, and how long they were."""
    warm, tally = Tally(), Tally()
    lines = Connections(port, connections, tally)
    clock = time.perf_counter
    started: dict[int, float] = {}
    for place in list(lines.sockets):
        started[place] = clock()
        lines.send(place, make())
    begin = clock() + warm_up
    end = begin + seconds
    waiting = connections
    last = begin
    while waiting:
        answers = lines.answers(PATIENCE_SECONDS)
        now = clock()
        if not answers and now > end + PATIENCE_SECONDS:
            raise TimeoutError(f"{waiting} requests were never answered")
        for place, answer in answers:
            if begin <= now:
                last = now
                tally.add(now - started[place], answer)
            else:
                warm.add(now - started[place], answer)
            if now < end:
                started[place] = clock()
                lines.send(place, make())
            else:
                waiting -= 1
    lines.close()
    tally.statuses.update({f"warm {s}": n for s, n in warm.statuses.items() if s[:1] != "2"})
    tally.example = tally.example or warm.example
    return tally, max(last, end) - begin, lines.count


def open_loop(
    port: int, connections: int, rate: float, warm_up: float, seconds: float, make: Request
) -> Any:
    """Return the tally of the requests that were due after the warm-up, and the time it took."""
    warm, tally = Tally(), Tally()
    lines = Connections(port, connections, tally)
    free = deque(lines.sockets)
    due_at: dict[int, float] = {}
    clock = time.perf_counter
    zero = clock() + 0.01
    tally.first_due_at = time.time() + 0.01
    total = int(rate * (warm_up + seconds))
    first_measured = int(rate * warm_up)
    sent = answered = 0
    while answered < total:
        now = clock()
        while free and sent < total and zero + sent / rate <= now:
            place = free.popleft()
            due_at[place] = zero + sent / rate
            lines.send(place, make())
            sent += 1
        pause = PATIENCE_SECONDS
        if free and sent < total:
            pause = max(0.0, zero + sent / rate - clock())
        # epoll itself counts in milliseconds; select counts in microseconds.
        ready, _, _ = select.select([lines.poll.fileno()], [], [], pause)
        if not ready:
            if pause == PATIENCE_SECONDS:
                raise TimeoutError(f"{sent - answered} requests were never answered")
            continue
        for place, answer in lines.answers(0):
            due = due_at[place]
            measured = due >= zero + first_measured / rate
            (tally if measured else warm).add(clock() - due, answer)
            answered += 1
            free.append(place)
    lines.close()
    return tally, clock() - zero - warm_up, lines.count


def run(task: dict[str, Any]) -> dict[str, Any]:
    """Carry out one task and return its numbers; times are in seconds."""
    make = request_maker(task["requests"], now=datetime.fromisoformat(task["now"]))
    before = resource.getrusage(resource.RUSAGE_SELF)
    shared = (task["port"], task["connections"])
    if "rate" in task:
        tally, seconds, sent = open_loop(
            *shared, task["rate"], task["warm_up"], task["seconds"], make
        )
    else:
        tally, seconds, sent = closed_loop(*shared, task["warm_up"], task["seconds"], make)
    after = resource.getrusage(resource.RUSAGE_SELF)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    good = sum(n for status, n in tally.statuses.items() if status[:1] == "2")
    return {
        "sent": sent,
        "answers": len(tally.seconds),
        "errors": sum(tally.statuses.values()) - good,
        "statuses": dict(tally.statuses),
        "example": tally.example,
        "reconnects": tally.reconnects,
        "first_due_at": tally.first_due_at,
        "elapsed": seconds,
        "latencies": sorted(tally.seconds),
        "generator_cpu": spent,
    }


if __name__ == "__main__":
    json.dump(run(json.load(sys.stdin)), sys.stdout)
