"""Middleware for people in browsers; a program that shows a key passes by.

A program has no session, no page, no messages and no time zone, and calls thousands of times a
second: what serves people took a third of the time of its calls.
"""

from typing import TYPE_CHECKING, Any

from csp.middleware import CSPMiddleware
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django_htmx.middleware import HtmxMiddleware
from whitenoise.middleware import WhiteNoiseMiddleware

from fraudreview.middleware import ReaderTimeZone as ReaderTimeZoneMiddleware

KEY = "Api-Key "
PROGRAMS = "/api/v1/"


def is_program(request: HttpRequest) -> bool:
    """Tell whether a key comes with the request, good or not: no session is looked at then."""
    known: bool | None = request.META.get("fraudreview.is_program")
    if known is None:
        presented = request.META.get("HTTP_AUTHORIZATION", "")[: len(KEY)]
        known = request.path.startswith(PROGRAMS) and presented.lower() == KEY.lower()
        request.META["fraudreview.is_program"] = known
    return known


class _PeopleOnly:
    if TYPE_CHECKING:
        get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        if is_program(request):
            return self.get_response(request)
        return super().__call__(request)  # type: ignore[misc]


class StaticFiles(_PeopleOnly, WhiteNoiseMiddleware):  # type: ignore[misc]
    """Files of pages."""


class ContentSecurityPolicy(_PeopleOnly, CSPMiddleware):
    """What a page may load."""


class Sessions(_PeopleOnly, SessionMiddleware):
    """Who is signed in, remembered."""


class Authentication(_PeopleOnly, AuthenticationMiddleware):
    """Who is signed in."""


class Messages(_PeopleOnly, MessageMiddleware):
    """What the next page tells."""


class ReaderTimeZone(_PeopleOnly, ReaderTimeZoneMiddleware):
    """The zone in which times are shown."""


class Htmx(_PeopleOnly, HtmxMiddleware):
    """Whether a part of a page is asked for."""
