"""Parts of the API's description that many calls share."""

from collections.abc import Iterator
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from scoring.api.shapes import ErrorSerializer

MEANINGS = {
    400: ("invalid", "Something about the request is not valid."),
    401: ("not_authenticated", "No key, or none that opens anything."),
    403: ("forbidden", "The key or the person may not do this."),
    404: ("not_found", "There is no such thing."),
    409: ("conflict", "What was asked contradicts what is stored."),
    413: ("too_large", "The body is too large; send it in parts."),
    415: ("unsupported_media_type", "The media type is not one of those listed."),
    429: ("throttled", "Too many transactions in this minute; send it again in 12 s."),
    503: ("unavailable", "The database does not answer; send it again in a moment."),
}


def errors(*statuses: int) -> dict[int, OpenApiResponse]:
    """Return the descriptions of these error answers, and of those any call may give."""
    return {status: _error(status) for status in sorted({401, 403, 429, *statuses})}


def say_when_to_come_back(
    result: dict[str, Any], generator: Any, request: Any, public: bool
) -> dict[str, Any]:
    """Add the header of every 429 to the finished description."""
    header = {
        "description": "After how many seconds to try again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1, "maximum": 60},
    }
    for methods in result["paths"].values():
        for call in methods.values():
            if throttled := call["responses"].get("429"):
                throttled["headers"] = {"Retry-After": header}
    return result


def example(name: str, value: Any, **options: Any) -> OpenApiExample:
    """Return an example of a body, sent or answered as `options` say."""
    return OpenApiExample(name, value=value, **options)


def sent(name: str, value: Any) -> OpenApiExample:
    """Return an example of what is sent."""
    return example(name, value, request_only=True)


def answered(name: str, value: Any, status: int = 200) -> OpenApiExample:
    """Return an example of an answer with this status."""
    return example(name, value, response_only=True, status_codes=[str(status)])


def _error(status: int) -> OpenApiResponse:
    code, message = MEANINGS[status]
    body = {"code": code, "message": message, "errors": list(_field_errors(status))}
    return OpenApiResponse(
        ErrorSerializer,
        description=message,
        examples=[OpenApiExample(code, value=body)],
    )


def _field_errors(status: int) -> Iterator[dict[str, str]]:
    if status == 400:
        message = "This is not an ISO 4217 currency code."
        yield {"field": "currency", "code": "unknown_currency", "message": message}


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How a program shows its key."""

    target_class = "scoring.api.authentication.ApiKeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Api-Key <prefix>.<secret>`, made by an admin and shown once.",
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """A person who is signed in."""

    target_class = "scoring.api.authentication.SessionAuthentication"
    name = "Session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "A person in a browser; writes carry X-CSRFToken.",
        }
