"""Which form an answer takes."""

from collections.abc import Iterable
from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

USUAL = {"", "*/*", "application/json"}


class UsualFirst(DefaultContentNegotiation):
    """The usual wish is granted without weighing it; any other one as REST framework does."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        forms = list(renderers)
        asked = request.META.get("QUERY_STRING"), request.META.get("HTTP_ACCEPT", "")
        if len(forms) == 1 and not asked[0] and asked[1] in USUAL:
            return forms[0], str(forms[0].media_type)
        chosen: tuple[Any, Any] = super().select_renderer(request, forms, format_suffix)
        return chosen
