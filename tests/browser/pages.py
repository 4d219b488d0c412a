"""The product's addresses, and pages whose charts are filled without a history behind them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from fraudreview.urls import urlpatterns as addresses
from monitoring.views import charts
from scoring.access import public
from tests.monitoring import dashboard_examples as examples


@public
def executive(request: HttpRequest) -> HttpResponse:
    """The executive page of the examples."""
    dashboard = examples.executive()
    context = {
        "dashboard": dashboard,
        "trend": charts.rate_trend(dashboard),
        "volumes": charts.volumes(dashboard.volumes, dashboard.currency),
        "scores": charts.score_distribution(dashboard.scores),
    }
    return render(request, "monitoring/executive.html", context)


@public
def drift(request: HttpRequest) -> HttpResponse:
    """The drift page of the examples."""
    dashboard = examples.drift()
    selected = dashboard.selected
    context = {
        "dashboard": dashboard,
        "selected": selected,
        "histogram": charts.feature_histogram(selected.row, selected),
        "psi": charts.psi_by_day(selected, 0.1, 0.25),
    }
    return render(request, "monitoring/drift.html", context)


urlpatterns = [
    path("examples/executive/", executive),
    path("examples/drift/", drift),
    *addresses,
]
