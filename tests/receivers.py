"""A real HTTP server that receives webhooks, and says what it was told to say."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Received:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    @property
    def data(self) -> dict[str, Any]:
        return dict(self.told["data"])


class Receiver:
    """What arrived, in order. `answer` is a status, or decides about each request."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.port = int(server.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}/hooks"
        self.requests: list[Received] = []
        self.answer: int | Callable[[Received], int] = 200
        self.headers: dict[str, str] = {}
        self.most_at_once = 0
        self.now_at_once = 0
        self.lock = threading.Lock()

    def take(self, request: Received) -> int:
        with self.lock:
            self.requests.append(request)
            self.now_at_once += 1
            self.most_at_once = max(self.most_at_once, self.now_at_once)
        status = self.answer if isinstance(self.answer, int) else self.answer(request)
        with self.lock:
            self.now_at_once -= 1
        return status


@contextmanager
def receiver(tls: Any = None) -> Iterator[Receiver]:
    """Run a receiver on a free port of this machine; with an SSLContext it speaks TLS."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(here.take(Received(self.path, headers, body)))
            for name, value in here.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, *_: Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    here = Receiver(server)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
