"""Asking to see the personal data of one payment."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from scoring.access import PERSONAL_DATA_ROLES, require_roles
from scoring.domain.errors import NotFound
from scoring.models import PersonalDataReveal
from scoring.services.personal_data import reveal_personal_data

PLACES = (
    PersonalDataReveal.Place.TRANSACTION,
    PersonalDataReveal.Place.CASE,
    PersonalDataReveal.Place.SUPPORT,
)


@require_roles(*PERSONAL_DATA_ROLES)
@require_POST
def reveal(request: HttpRequest, external_id: str) -> HttpResponse:
    """Show this person the personal data of a payment for a while, and write it down."""
    sent = request.POST.get("place", "")
    place = next((known for known in PLACES if known == sent), PLACES[0])
    try:
        reveal_personal_data(
            external_id=external_id,
            person=request.user,  # type: ignore[arg-type]
            place=place,
            now=timezone.now(),
        )
    except NotFound as missing:
        raise Http404(missing.message) from None
    messages.info(request, "Personal data of this payment is shown to you for 15 minutes.")
    back = request.POST.get("next", "")
    # A next that leads elsewhere would make this page a springboard.
    if url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/"):
        return redirect(back)
    return redirect("transaction", external_id)
