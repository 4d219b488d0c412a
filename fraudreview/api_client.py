"""A small client of the REST API for the programs of the demo and the simulation."""

import http.client
import json
import logging
import time
from itertools import count
from typing import Any
from urllib.parse import urlsplit

PAUSE_SECONDS = 2.0

logger = logging.getLogger(__name__)


class Unreachable(RuntimeError):
    """The server did not answer, however often it was asked."""


class ApiClient:
    """Calls that wait for a server that is away or busy.

    Every call may be sent twice: an id or a token makes the second one harmless. Without `tries`
    it asks for ever. Raises ValueError for an address that is none of a server, and for a key that
    cannot be sent.
    """

    def __init__(
        self, address: str, key: str, *, tries: int | None = None, pause: float = PAUSE_SECONDS
    ) -> None:
        self.host, https = _server(address)
        self.connect = http.client.HTTPSConnection if https else http.client.HTTPConnection
        self.tries, self.pause = tries, pause
        if not (key.isascii() and key.isprintable()):
            raise ValueError("The key has characters that no key has.")
        self.headers = {"Authorization": f"Api-Key {key}", "Content-Type": "application/json"}

    def post(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Return status and answer. Raises Unreachable after so many tries."""
        return self._call("POST", path, json.dumps(body))

    def get(self, path: str) -> tuple[int, dict[str, Any]]:
        """Return status and answer of a reading call. Raises Unreachable after so many tries."""
        return self._call("GET", path, None)

    def _call(self, method: str, path: str, body: str | None) -> tuple[int, dict[str, Any]]:
        for _ in range(self.tries) if self.tries else count():
            after = None
            try:
                status, answer, after = self._once(method, path, body)
                if status < 500 and status != 429:
                    return status, answer
                logger.warning("%s %s: %s", method, path, status)
            except (OSError, http.client.HTTPException) as error:
                logger.warning("%s %s: %s", method, path, error)
            time.sleep(float(after) if after else self.pause)
        raise Unreachable(f"{method} {path} had no answer {self.tries} times.")

    def _once(
        self, method: str, path: str, body: str | None
    ) -> tuple[int, dict[str, Any], str | None]:
        connection = self.connect(self.host, timeout=30)
        try:
            connection.request(method, f"/api/v1/{path}", body, self.headers)
            answer = connection.getresponse()
            text = answer.read()
            is_json = "json" in (answer.getheader("Content-Type") or "")
            told = json.loads(text) if text and is_json else {}
            return answer.status, told, answer.getheader("Retry-After")
        finally:
            connection.close()


def _server(address: str) -> tuple[str, bool]:
    """Host and port, and whether to speak TLS. Raises ValueError."""
    message = f"{address!r} is no address of a server, such as http://localhost:8000."
    try:
        parts = urlsplit(address)
        known = parts.hostname and parts.port != 0
    except ValueError:
        raise ValueError(message) from None
    if parts.scheme not in ("http", "https") or not known or parts.path.strip("/"):
        raise ValueError(message)
    return parts.netloc, parts.scheme == "https"
