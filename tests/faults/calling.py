"""HTTP as an integrator speaks it: a connection that is kept, dropped and opened again."""

import http.client
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from tests.faults.ledger import Ledger, Record

TIMEOUT_SECONDS = 10
PATIENCE_SECONDS = 120
PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)
JSON, LINES = "application/json", "application/x-ndjson"

Answered = TypeVar("Answered")


class Broken(Exception):
    """No answer, or one that asks to send it again."""


class Caller:
    """One connection to the API. Whatever breaks is sent again with the same ids."""

    def __init__(self, port: int, secret: str, ledger: Ledger, rng: random.Random) -> None:
        self.port, self.secret, self.ledger, self.rng = port, secret, ledger, rng
        self.connection: http.client.HTTPConnection | None = None

    def persist(self, what: str, call: Callable[[], Answered]) -> Answered | None:
        """Call until it works; complain and return None when it never does."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        attempt = 0
        while time.monotonic() < deadline:
            started = time.time()
            try:
                done = call()
            except Broken as broken:
                self.ledger.fault(str(broken))
                self._drop()
            except (OSError, http.client.HTTPException) as error:
                self.ledger.fault(type(error).__name__)
                self._drop()
            else:
                self.ledger.serve(started, time.time())
                return done
            time.sleep(PAUSES[min(attempt, len(PAUSES) - 1)] * self.rng.uniform(0.5, 1.5))
            attempt += 1
        self.ledger.complain(f"{what} got no answer in {PATIENCE_SECONDS} s")
        return None

    def post(self, path: str, body: Any) -> tuple[int, Any]:
        """Send JSON; return the status and the body."""
        return self._whole("POST", path, json.dumps(body).encode())

    def get(self, path: str) -> tuple[int, Any]:
        """Return the status and the body."""
        return self._whole("GET", path, None)

    def lines(self, path: str, records: Sequence[Record]) -> Iterator[dict[str, Any]]:
        """Send lines, in chunks now and then; yield the lines of the answer as they come."""
        encoded = [json.dumps(record).encode() + b"\n" for record in records]
        chunked = self.rng.random() < 0.5
        body: Any = iter(encoded) if chunked else b"".join(encoded)
        response = self._send("POST", path, body, LINES, chunked=chunked)
        if response.status != 202:
            self._refuse(response.status, response.read())
        while line := response.readline():
            if not line.endswith(b"\n"):
                raise Broken("the answer broke off")
            yield json.loads(line)

    def _whole(self, method: str, path: str, body: bytes | None) -> tuple[int, Any]:
        response = self._send(method, path, body, JSON)
        content = response.read()
        if response.status >= 500:
            self._refuse(response.status, content)
        return response.status, json.loads(content)

    def _send(
        self, method: str, path: str, body: Any, content_type: str, *, chunked: bool = False
    ) -> http.client.HTTPResponse:
        if self.connection is None:
            self.connection = http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=TIMEOUT_SECONDS
            )
        headers = {"Authorization": f"Api-Key {self.secret}", "Content-Type": content_type}
        if chunked:
            headers["Transfer-Encoding"] = "chunked"
        self.connection.request(method, f"/api/v1/{path}", body, headers, encode_chunked=chunked)
        return self.connection.getresponse()

    def _refuse(self, status: int, content: bytes) -> None:
        """Take "unavailable" for an invitation to send again, and complain of anything else."""
        try:
            code = json.loads(content)["code"]
        except (ValueError, KeyError, TypeError):
            code = content[:200].decode(errors="replace")
        if (status, code) != (503, "unavailable"):
            self.ledger.complain(f"answered {status} {code}")
        raise Broken(f"{status} {code}")

    def _drop(self) -> None:
        if self.connection:
            with suppress(OSError):
                self.connection.close()
            self.connection = None
