"""What happens around every request."""

from collections.abc import Callable
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from fraudreview import health

LONGEST_NAME = 64
PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/healthz": health.alive,
    "/readyz": health.ready,
}


def probes(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: answer load balancers, which know neither our host names nor TLS."""

    def respond(request: HttpRequest) -> HttpResponse:
        return PROBES.get(request.path, get_response)(request)

    return respond


class ReaderTimeZone:
    """Middleware: show times in the zone that the page's script left in a cookie, else in UTC."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(_zone(request.COOKIES.get("timezone", ""))):
            return self.get_response(request)


def _zone(cookie: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(unquote(cookie)) if 0 < len(cookie) <= LONGEST_NAME else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None  # not the name of a zone
