"""The team at a glance."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from labeling.people import name_of, signed_in
from labeling.selectors.surge import current_surge
from labeling.selectors.team.actions import newest_actions
from labeling.selectors.team.people import colleagues, reviewer_named
from labeling.selectors.team.queues import queue_states, waiting_for_customers
from labeling.selectors.team.waste import wasted_time
from labeling.selectors.team.work import workload
from labeling.services.leading import set_duty
from labeling.views.team.steps import LEADERS, READERS
from scoring.access import ANALYST, LEAD, has_role, require_roles
from scoring.domain.errors import NotFound


@require_roles(*READERS)
@require_safe
def team(request: HttpRequest) -> HttpResponse:
    """Show who holds what, what will be late, what was wasted and what is coming."""
    now = timezone.now()
    wasted = wasted_time(now=now)
    context = {
        "now": now,
        "leads": has_role(request.user, *LEADERS),
        "surge": current_surge(now),
        "work": workload(now=now),
        "people": colleagues(now=now),
        "queues": queue_states(now=now),
        "for_customers": waiting_for_customers(),
        "wasted": wasted,
        "wasted_minutes": sum(row.minutes for row in wasted),
        "actions": newest_actions(),
        "base_currency": settings.FRAUDREVIEW_BASE_CURRENCY,
    }
    return render(request, "labeling/team/team.html", context)


@require_roles(*LEADERS)
@require_POST
def duty(request: HttpRequest, user_id: int) -> HttpResponse:
    """Put somebody on or off duty."""
    try:
        reviewer = reviewer_named(user_id)
    except NotFound as missing:
        raise Http404(missing.message) from None
    on_duty = request.POST.get("on_duty") == "1"
    set_duty(reviewer=reviewer, on_duty=on_duty, actor=signed_in(request.user), now=timezone.now())
    messages.success(request, f"{name_of(reviewer)} is {'on' if on_duty else 'off'} duty.")
    return redirect("team")


@require_roles(ANALYST, LEAD)
@require_POST
def own_duty(request: HttpRequest) -> HttpResponse:
    """Put oneself on or off duty."""
    reviewer = signed_in(request.user)
    on_duty = request.POST.get("on_duty") == "1"
    set_duty(reviewer=reviewer, on_duty=on_duty, actor=reviewer, now=timezone.now())
    messages.success(request, f"You are {'on' if on_duty else 'off'} duty.")
    return redirect("queue")
