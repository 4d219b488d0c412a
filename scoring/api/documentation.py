"""The description of the API, for programs and for people; both work without the internet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularAPIView

from scoring.access import PUBLIC, public


class Schema(SpectacularAPIView):
    """OpenAPI 3, as YAML or JSON. Open to all: it says what there is, not what is in it."""

    authentication_classes = []
    permission_classes = []
    allowed_roles = PUBLIC


@public
@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """Show the description as pages that can be read and tried."""
    return render(request, "scoring/api_docs.html")
