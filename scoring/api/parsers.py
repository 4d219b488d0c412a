"""Bodies into values: strict JSON, of bounded size."""

from collections.abc import Mapping
from typing import IO, Any

import orjson
from django.conf import settings
from rest_framework.exceptions import APIException, ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser
from rest_framework.request import Request


class TooLarge(APIException):
    status_code = 413
    default_code = "too_large"
    default_detail = "The body is too large; send it in parts."


class JSONParser(BaseParser):
    """JSON as RFC 8259 has it, in UTF-8: no NaN, no Infinity, no trailing comma.

    Nesting is bounded by the parser itself, size by DATA_UPLOAD_MAX_MEMORY_SIZE.
    """

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        if parser_context:
            refuse_encoded(parser_context["request"])
        return parse_json(read_bounded(stream, settings.DATA_UPLOAD_MAX_MEMORY_SIZE))


def refuse_encoded(request: Request) -> None:
    """Raise UnsupportedMediaType for a compressed body: small ones may unpack to anything."""
    encoding = request.META.get("HTTP_CONTENT_ENCODING", "").strip().lower()
    if encoding not in {"", "identity"}:
        message = "Bodies are read as they are: send this one without Content-Encoding."
        raise UnsupportedMediaType(encoding, message)


def read_bounded(stream: IO[bytes], limit: int) -> bytes:
    """Return the whole body. Raises TooLarge where it has more than `limit` bytes."""
    body = stream.read(limit + 1)
    if len(body) > limit:
        raise TooLarge
    return body


def parse_json(body: bytes) -> Any:
    """Return the value in `body`. Raises ParseError that says where it goes wrong."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ParseError(f"This is not valid JSON: {error}.", "malformed") from None
