"""A case for reading."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from labeling.selectors.case_page import case_page
from labeling.selectors.tasks import is_held
from labeling.views.reading import read_number
from scoring.access import ADMIN, ANALYST, LEAD, MANAGER, require_roles
from scoring.domain.errors import NotFound


@require_roles(ANALYST, LEAD, MANAGER, ADMIN)
@require_safe
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """Show a case with its history; whoever holds its task gets to decide it instead."""
    now = timezone.now()
    try:
        page = case_page(
            case_id=case_id,
            reader=request.user,
            now=now,
            item_id=read_number(request.GET.get("item")),
        )
    except NotFound as missing:
        raise Http404(missing.message) from None
    if page.task and is_held(page.task, reader=request.user, now=now):
        return redirect("task", page.task.pk)
    context = {
        "now": now,
        "task": page.task,
        "page": page,
        "mode": "read",
        "base_currency": settings.FRAUDREVIEW_BASE_CURRENCY,
    }
    return render(request, "labeling/case.html", context)
