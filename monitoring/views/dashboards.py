"""The pages that say how good machine and people are: executive, drift and review."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from monitoring.selectors import dashboards
from monitoring.views import charts
from monitoring.views.downloads import figures_file
from scoring.access import ADMIN, LEAD, MANAGER, has_role, require_roles


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
        "latency": latency,
        "curves": [(title, curve) for title, curve in curves if curve],
    }
    return render(request, "monitoring/review.html", context)
