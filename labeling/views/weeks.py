"""One's own work, week by week; and for leads, who is new and how often they are checked."""

import csv
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from labeling.domain.weeks import WEEKS
from labeling.people import signed_in
from labeling.selectors.my_weeks import MyWeeks, my_weeks
from labeling.selectors.second_reviews import checked_reviewers
from labeling.services.second_reviews import set_second_review_share
from labeling.views.reading import read_number
from scoring.access import ADMIN, ANALYST, LEAD, has_role, require_roles
from scoring.domain.errors import Problem

COLUMNS = (
    *("monday", "cases", "payments", "contradicted", "active_minutes", "median_minutes"),
    *("skipped", "escalated", "undone", "unfinished"),
)


@require_roles(ANALYST, LEAD)
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show this reviewer's own weeks."""
    return _show(request, signed_in(request.user))


@require_roles(LEAD, ADMIN)
@require_safe
def of_colleague(request: HttpRequest, username: str) -> HttpResponse:
    """Show a reviewer's weeks to their lead."""
    return _show(request, _reviewer(username))


@require_roles(LEAD)
@require_POST
def set_share(request: HttpRequest, username: str) -> HttpResponse:
    """Say how many of a reviewer's verdicts get a second look, with the reason."""
    written = request.POST.get("percent", "").strip()
    percent = read_number(written)
    try:
        set_second_review_share(
            reviewer=_reviewer(username),
            percent=-1 if written and percent is None else percent,
            reason=request.POST.get("reason", ""),
            lead=signed_in(request.user),
            now=timezone.now(),
        )
        messages.success(request, "It holds from the next verdict on.")
    except Problem as problem:
        messages.warning(request, problem.message)
    return redirect("weeks-of", username)


def _reviewer(username: str) -> User:
    person = User.objects.filter(username=username, groups__name__in=(ANALYST, LEAD)).first()
    if person is None:
        raise Http404("Nobody of this name reviews.")
    return person


def _show(request: HttpRequest, reviewer: User) -> HttpResponse:
    now = timezone.now()
    told = my_weeks(reviewer=reviewer, now=now)
    if request.GET.get("format") == "csv":
        return _csv(reviewer, told)
    lead = has_role(request.user, LEAD)
    context = {
        "reviewer": reviewer,
        "own": reviewer.pk == request.user.pk,
        "told": told,
        "checked": checked_reviewers(since=now - timedelta(weeks=WEEKS), now=now) if lead else (),
        "sets_shares": lead and reviewer.pk != request.user.pk,
    }
    return render(request, "labeling/weeks.html", context)


def _csv(reviewer: User, told: MyWeeks) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"weeks-{reviewer.get_username()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    for week in told.weeks:
        writer.writerow([getattr(week, column) for column in COLUMNS])
    return response
