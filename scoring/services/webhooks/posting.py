"""One HTTP request of a webhook: to the very address that was checked, and bounded in time.

Nothing is taken from the environment (proxies), no redirect is followed, and of the answer only
the status and Retry-After are looked at. Nothing here touches the database.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from scoring.domain.webhooks.targets import Refused, Target, parse_target
from scoring.services.webhooks.resolving import Resolver, allowed_addresses

CONNECT_SECONDS = 5.0
# The whole request, however slowly the other side talks.
SECONDS = 10.0
ADDRESSES = 3
MOST_READ = 4096
HEADERS = {
    "Content-Type": "application/json",
    "User-Agent": "Fraud-Review-Webhooks/1",
    "Connection": "close",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """How a request went: `error` is a code, empty for a success; `wish` is Retry-After."""

    milliseconds: int
    status: int | None = None
    error: str = ""
    detail: str = ""
    wish: timedelta | None = None


def post(
    *,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    private: bool,
    resolve: Resolver,
    seconds: float = SECONDS,
) -> Answer:
    """Send one request and return how it went; whatever goes wrong is an answer, not an error.

    The address is checked anew: a name that was public when the endpoint was made may point
    elsewhere by now. `private` allows http, and private and local networks.
    """
    began = time.monotonic()

    def answered(error: str, detail: object) -> Answer:
        return Answer(_since(began), error=error, detail=str(detail)[:200])

    try:
        target = parse_target(url, private=private)
        addresses = allowed_addresses(target, private=private, resolve=resolve)
        with _bounded(seconds) as line:
            line.connect(target, addresses)
            status, wish = _exchange(line.open_socket, target, body, headers)
    except Refused as refused:
        return answered(refused.reason, refused.message)
    except TimeoutError:
        return answered("timeout", f"No answer within {seconds:g} seconds.")
    except ssl.SSLError as error:
        return answered("tls", getattr(error, "verify_message", "") or error.reason or error)
    except OSError as error:
        return answered("connection", error.strerror or error)
    except (http.client.HTTPException, ValueError) as error:
        return answered("not_http", error)
    return Answer(_since(began), status, _error_of(status), wish=wish)


class _Line:
    """A connection under a deadline: when it comes, whatever waits on the socket is woken."""

    def __init__(self, seconds: float) -> None:
        self.late = False
        self._seconds = seconds
        self._socket: socket.socket | None = None

    @property
    def open_socket(self) -> socket.socket:
        if self._socket is None:
            raise OSError("not connected")
        return self._socket

    def connect(self, target: Target, addresses: Sequence[str]) -> None:
        """Connect to the first address that answers, with TLS for the name that was asked for."""
        self._socket = self._first_open(addresses, target.port)
        self._socket.settimeout(self._seconds)
        if target.scheme == "https":
            wrapped = _tls().wrap_socket(
                self._socket, server_hostname=target.host, do_handshake_on_connect=False
            )
            self._socket = wrapped
            wrapped.do_handshake()

    def cut(self) -> None:
        self.late = True
        if self._socket is not None:
            with suppress(OSError):
                # The plain shutdown: TLS has its own, which another thread must not call.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()

    def _first_open(self, addresses: Sequence[str], port: int) -> socket.socket:
        failure: OSError = OSError("no address")
        for address in addresses[:ADDRESSES]:
            if self.late:
                raise TimeoutError
            try:
                seconds = min(CONNECT_SECONDS, self._seconds)
                return socket.create_connection((address, port), timeout=seconds)
            except OSError as error:
                failure = error
        raise failure


@contextmanager
def _bounded(seconds: float) -> Iterator[_Line]:
    line = _Line(seconds)
    timer = threading.Timer(seconds, line.cut)
    timer.daemon = True
    timer.start()
    try:
        yield line
        if line.late:
            # A cut connection looks like an answer that ended.
            raise TimeoutError
    except (OSError, http.client.HTTPException) as error:
        if line.late:
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()
        line.close()


def _exchange(
    connected: socket.socket, target: Target, body: bytes, headers: Mapping[str, str]
) -> tuple[int, timedelta | None]:
    """Send the request over a connected socket and return status and Retry-After."""
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.sock = connected
    connection.request(
        "POST", target.path, body, {"Host": target.host_header, **HEADERS, **headers}
    )
    response = connection.getresponse()
    response.read(MOST_READ)
    return response.status, _seconds(response.getheader("Retry-After"))


def _error_of(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if status == 410:
        return "gone"
    return "redirect" if 300 <= status < 400 else "status"


def _seconds(text: str | None) -> timedelta | None:
    return timedelta(seconds=int(text)) if text and text.isascii() and text.isdigit() else None


def _since(began: float) -> int:
    return round(1000 * (time.monotonic() - began))


@cache
def _tls() -> ssl.SSLContext:
    """The system's authorities, names checked, TLS 1.2 at least."""
    return ssl.create_default_context()
