"""Parts of the API's description that many calls share."""

from itertools import groupby
from typing import Any, NamedTuple

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from scoring.access import SCOPES
from scoring.api.shapes import ErrorSerializer

MEANINGS = {
    400: ("invalid", "Something about the request is not valid."),
    401: ("not_authenticated", "No key, or none that opens anything."),
    403: ("forbidden", "The key or the person may not do this."),
    404: ("not_found", "There is no such thing."),
    406: ("not_acceptable", "Answers are JSON; the Accept header wants something else."),
    409: ("conflict", "What was asked contradicts what is stored."),
    413: ("too_large", "The body is too large; send it in parts."),
    415: ("unsupported_media_type", "The media type is not one of those listed."),
    429: ("throttled", "Too many transactions in this minute; send it again in 12 s."),
    503: ("unavailable", "The database does not answer; send it again in a moment."),
}


class Told(NamedTuple):
    """An error that a call may answer: what its example shows."""

    status: int
    code: str
    message: str
    field: str = ""
    field_code: str = ""


# What any call may answer, and what any call with a body.
ALWAYS: tuple[int | Told, ...] = (
    401,
    Told(401, "invalid_key", "There is no such API key."),
    Told(401, "revoked_key", "This API key was revoked."),
    Told(401, "expired_key", "This API key has expired."),
    Told(401, "inactive_person", "The person this API key acts for has left."),
    403,
    406,
    429,
    503,
)
CSRF = Told(403, "csrf_failed", "CSRF Failed: CSRF token missing.")
MALFORMED = Told(400, "malformed", "This is not valid JSON: unexpected end of data.")
BODY: tuple[int | Told, ...] = (MALFORMED, CSRF, 413, 415)


def errors(*told: int | Told) -> dict[int, OpenApiResponse]:
    """Return the descriptions of these errors, and of those any call may answer.

    A status stands for its usual code; `Told` names another one.
    """
    found = dict.fromkeys(map(_told, (*told, *ALWAYS)))
    by_status = sorted(found, key=lambda each: each.status)
    return {
        status: _response(status, list(same))
        for status, same in groupby(by_status, key=lambda each: each.status)
    }


def invalid(field: str, code: str, message: str) -> Told:
    """Return the usual error about one field of what was sent."""
    return Told(400, "invalid", message, field, code)


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


def sent(name: str, value: Any, media_type: str = "application/json") -> OpenApiExample:
    """Return an example of what is sent."""
    return example(name, value, request_only=True, media_type=media_type)


def answered(
    name: str, value: Any, status: int = 200, media_type: str = "application/json"
) -> OpenApiExample:
    """Return an example of an answer with this status."""
    return example(
        name, value, response_only=True, status_codes=[str(status)], media_type=media_type
    )


def _told(each: int | Told) -> Told:
    return each if isinstance(each, Told) else Told(each, *MEANINGS[each])


def _response(status: int, told: list[Told]) -> OpenApiResponse:
    return OpenApiResponse(
        ErrorSerializer,
        description=MEANINGS[status][1],
        examples=[OpenApiExample(each.code, value=_error_body(each)) for each in told],
    )


def _error_body(told: Told) -> dict[str, Any]:
    field = {"field": told.field, "code": told.field_code, "message": told.message}
    errors = [field] if told.field_code else []
    return {"code": told.code, "message": told.message, "errors": errors}


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How a program shows its key."""

    target_class = "scoring.api.authentication.ApiKeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": (
                "`Api-Key <prefix>.<secret>`, made by an admin and shown once. Each call names"
                " the scope that it needs:\n\n"
                + "\n".join(f"- `{scope}`: {meaning}." for scope, meaning in SCOPES.items())
            ),
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
