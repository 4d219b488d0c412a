"""Every error of the API in one shape: {code, message, errors: [{field, code, message}]}."""

import logging
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from scoring.access import public
from scoring.api.parsers import TooLarge
from scoring.api.renderers import to_json
from scoring.domain.errors import FieldError, Problem

logger = logging.getLogger(__name__)

CODES: dict[type[exceptions.APIException], str] = {
    exceptions.ParseError: "malformed",
    exceptions.NotAuthenticated: "not_authenticated",
    exceptions.NotFound: "not_found",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.NotAcceptable: "not_acceptable",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
}


# The words of REST framework in those of the other calls; what is not here keeps its own.
FIELD_CODES = {
    "blank": "required",
    "empty": "required",
    "null": "required",
    "date": "invalid",
    "datetime": "invalid",
    "make_aware": "invalid",
    "not_a_dict": "invalid",
    "not_a_list": "invalid",
    "invalid_choice": "unknown_choice",
    "max_length": "too_long",
    "max_string_length": "too_long",
    "min_length": "too_short",
    "min_value": "out_of_range",
    "max_value": "out_of_range",
    "overflow": "out_of_range",
    "null_characters_not_allowed": "control_character",
    "surrogate_characters_not_allowed": "control_character",
}


class Unavailable(exceptions.APIException):
    status_code = 503
    default_code = "unavailable"
    default_detail = "The database does not answer; send it again in a moment."


def handle(exception: Exception, context: Mapping[str, Any]) -> Response:
    """Return the answer for whatever went wrong; what nobody foresaw is logged, not told."""
    set_rollback()
    if isinstance(exception, Problem):
        return answer(exception.status, exception.code, exception.message, exception.errors)
    known = _translated(exception)
    if known is None:
        return _unforeseen(exception, context)
    response = answer(known.status_code, _code(known), *_details(known))
    _add_headers(response, known)
    return response


def answer(status: int, code: str, message: str, errors: tuple[FieldError, ...] = ()) -> Response:
    """Return a response with an error body."""
    return Response(_body(code, message, errors), status=status)


@public
@csrf_exempt
def unknown_address(request: HttpRequest) -> HttpResponse:
    """Answer whatever lies under /api/v1/ and is no call."""
    hint = "" if request.path.endswith("/") else " Every address ends in a slash."
    body = _body("not_found", f"There is no such address.{hint}", ())
    return HttpResponse(to_json(body), "application/json", status=404)


def _body(code: str, message: str, errors: tuple[FieldError, ...]) -> dict[str, Any]:
    return {"code": code, "message": message, "errors": [asdict(error) for error in errors]}


def _translated(exception: Exception) -> exceptions.APIException | None:
    if isinstance(exception, exceptions.APIException):
        return exception
    if isinstance(exception, Http404):
        return exceptions.NotFound("There is no such thing.")
    if isinstance(exception, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(exception, RequestDataTooBig):
        return TooLarge()
    if isinstance(exception, SuspiciousOperation | UnreadablePostError):
        return exceptions.ParseError("The body could not be read.")
    if isinstance(exception, DataError):
        logger.warning("A value did not fit into the database: %s", exception)
        return exceptions.ValidationError("A value is of a form or size that cannot be stored.")
    if isinstance(exception, OperationalError | InterfaceError):
        logger.warning("Database unavailable: %s", exception)
        return Unavailable()
    return None


def _code(exception: exceptions.APIException) -> str:
    if isinstance(exception, exceptions.ValidationError):
        return "invalid"
    chosen = exception.get_codes()
    default = getattr(exception, "default_code", "error")
    if isinstance(chosen, str) and chosen != default:
        return chosen
    if isinstance(exception, exceptions.PermissionDenied):
        return "forbidden"
    return CODES.get(type(exception), default)


def _details(exception: exceptions.APIException) -> tuple[str, tuple[FieldError, ...]]:
    if isinstance(exception, exceptions.ValidationError):
        return "The request is not valid.", tuple(_field_errors(exception.get_full_details(), ""))
    return str(exception.detail), ()


def _field_errors(details: Any, field: str) -> Iterator[FieldError]:
    """Walk the tree that a serializer makes of its errors."""
    if isinstance(details, Mapping) and "message" in details and "code" in details:
        code = str(details["code"])
        yield FieldError(field, FIELD_CODES.get(code, code), str(details["message"]))
    elif isinstance(details, Mapping):
        for name, inner in details.items():
            own = "" if name == "non_field_errors" else str(name)
            yield from _field_errors(inner, ".".join(filter(None, (field, own))))
    else:
        for inner in details:
            yield from _field_errors(inner, field)


def _add_headers(response: Response, exception: exceptions.APIException) -> None:
    if header := getattr(exception, "auth_header", None):
        response["WWW-Authenticate"] = header
    if wait := getattr(exception, "wait", None):
        response["Retry-After"] = f"{wait:.0f}"


def _unforeseen(exception: Exception, context: Mapping[str, Any]) -> Response:
    number = uuid.uuid4().hex[:12]
    request = context.get("request")
    logger.error(
        "Unforeseen error %s at %s", number, getattr(request, "path", "?"), exc_info=exception
    )
    message = f"Something went wrong on our side. Its number is {number}."
    return answer(500, "internal_error", message)
