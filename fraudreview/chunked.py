"""Bodies that come in chunks, without a length: Django takes them for empty."""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
# Read line by line while the answer is written, so that any length fits into memory.
STREAMED = "application/x-ndjson"


def with_lengths(application: Application, *, limit: int, silence: float) -> Application:
    """Return the application with a length for every chunked body that it reads at once.

    At most `limit` + 1 bytes are read: enough for the parser to see that a body is too large.
    Whoever neither sends nor takes anything for `silence` seconds is given up: a thread waits for
    them.
    """

    def measured(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        _lose_patience(environ, silence)
        if _is_chunked(environ) and not environ.get("CONTENT_TYPE", "").startswith(STREAMED):
            body = environ["wsgi.input"].read(limit + 1)
            environ["wsgi.input"] = BytesIO(body)
            environ["CONTENT_LENGTH"] = str(len(body))
        return application(environ, start_response)

    return measured


def _lose_patience(environ: Environ, silence: float) -> None:
    """Bound how long one read or write of this request may take, where the server lets us."""
    if connection := environ.get("gunicorn.socket"):
        connection.settimeout(silence)


def _is_chunked(environ: Environ) -> bool:
    """Whether the server ends the body for us, so that reading it cannot hang."""
    return not environ.get("CONTENT_LENGTH") and bool(environ.get("wsgi.input_terminated"))
