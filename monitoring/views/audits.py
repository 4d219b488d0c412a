"""The page of audits."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from monitoring.selectors.audit_page import audit_page
from scoring.access import ADMIN, LEAD, MANAGER, has_role, require_roles


@require_GET
@require_roles(ADMIN, MANAGER, LEAD)
def audits(request: HttpRequest) -> HttpResponse:
    """What audits cost, what became of them, and what another budget would buy."""
    context = {"page": audit_page(now=timezone.now()), "owner": has_role(request.user, ADMIN)}
    return render(request, "monitoring/audits.html", context)
