"""Times are stored in UTC and shown in the zone of the reader's browser."""

from collections.abc import Callable
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

LONGEST_NAME = 64


def reader_time_zone(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: use the time zone that the page's script left in a cookie, else UTC."""

    def respond(request: HttpRequest) -> HttpResponse:
        with timezone.override(_zone(request.COOKIES.get("timezone", ""))):
            return get_response(request)

    return respond


def _zone(cookie: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(unquote(cookie)) if 0 < len(cookie) <= LONGEST_NAME else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None  # not the name of a zone
