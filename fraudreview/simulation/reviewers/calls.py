"""Calls of the REST API by a program that reviews: waits for a busy server, never doubles."""

import http.client
import json
import time
from typing import Any
from urllib.parse import urlsplit

TRIES = 30
PAUSE_SECONDS = 2.0


class Unreachable(RuntimeError):
    """The server did not answer for a minute."""


class Calls:
    """What a reviewer calls. Each call may be repeated: its token makes a second one harmless."""

    def __init__(self, address: str, key: str, *, pause: float = PAUSE_SECONDS) -> None:
        parts = urlsplit(address)
        https = parts.scheme == "https"
        self.connect = http.client.HTTPSConnection if https else http.client.HTTPConnection
        self.host, self.pause = parts.netloc, pause
        self.headers = {"Authorization": f"Api-Key {key}", "Content-Type": "application/json"}

    def post(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Return status and answer, trying again while the server is away or busy."""
        return self._call("POST", path, json.dumps(body))

    def get(self, path: str) -> tuple[int, dict[str, Any]]:
        """Return status and answer of a reading call."""
        return self._call("GET", path, None)

    def _call(self, method: str, path: str, body: str | None) -> tuple[int, dict[str, Any]]:
        for _ in range(TRIES):
            try:
                status, answer, after = self._once(method, path, body)
            except (OSError, http.client.HTTPException):
                status, answer, after = 503, {}, None
            if status < 500 and status != 429:
                return status, answer
            time.sleep(float(after) if after else self.pause)
        raise Unreachable(f"{method} {path} had no answer {TRIES} times.")

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
