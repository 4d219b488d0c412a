"""The pages that say how good machine and people are: executive, drift and review."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from labeling.people import signed_in
from monitoring.selectors import dashboards
from monitoring.services.label_errors import request_search
from monitoring.views import charts
from monitoring.views.downloads import figures_file
from scoring.access import ADMIN, LEAD, MANAGER, has_role, require_roles
from scoring.domain.errors import Problem


@require_roles(MANAGER, LEAD, ADMIN)
def executive(request: HttpRequest) -> HttpResponse:
    """Wrongful declines, money, and what they rest on; `format` csv or json is a file of them."""
    days = request.GET.get("days", "")
    dashboard = dashboards.executive_dashboard(
        now=timezone.now(), **({"days": int(days)} if days.isdecimal() and len(days) < 4 else {})
    )
    if download := figures_file(dashboard, request.GET.get("format", "")):
        return download
    return render(
        request,
        "monitoring/executive.html",
        {
            "dashboard": dashboard,
            "trend": charts.rate_trend(dashboard),
            "volumes": charts.volumes(dashboard.volumes, dashboard.currency),
            "scores": charts.score_distribution(dashboard.scores) if dashboard.scores else None,
        },
    )


@require_roles(MANAGER, LEAD, ADMIN)
def drift(request: HttpRequest) -> HttpResponse:
    """Every feature by weight in the score, and one of them in detail."""
    dashboard = dashboards.drift_dashboard(
        now=timezone.now(), feature=request.GET.get("feature") or None
    )
    selected = dashboard.selected
    return render(
        request,
        "monitoring/drift.html",
        {
            "dashboard": dashboard,
            "selected": selected,
            "histogram": charts.feature_histogram(selected.row, selected) if selected else None,
            "psi": charts.psi_by_day(selected, dashboard.watch_from, dashboard.drifted_from)
            if selected
            else None,
        },
    )


@require_roles(MANAGER, LEAD, ADMIN)
def review(request: HttpRequest) -> HttpResponse:
    """Quality of people and labels; by name for leads and admins only."""
    now = timezone.now()
    latency = dashboards.label_latency_section(now=now)
    curves = [(row.title, charts.maturity_curve(row.title, row.latency)) for row in latency.rows]
    context = {
        "dashboard": dashboards.review_dashboard(
            now=now, named=has_role(request.user, LEAD, ADMIN)
        ),
        "asks": has_role(request.user, LEAD, ADMIN),
        "every": timedelta(minutes=settings.FRAUDREVIEW_REPORT_MINUTES),
        "latency": latency,
        "curves": [(title, curve) for title, curve in curves if curve],
    }
    return render(request, "monitoring/review.html", context)


@require_POST
@require_roles(LEAD, ADMIN)
def label_errors(request: HttpRequest) -> HttpResponseRedirect:
    """Ask for a search for labels that the data contradict."""
    try:
        request_search(by=signed_in(request.user), now=timezone.now())
        messages.success(request, "A worker looks for labels that the data contradict.")
    except Problem as problem:
        messages.warning(request, problem.message)
    return redirect("review-quality")
