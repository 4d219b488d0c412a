"""REST calls, mounted under /api/v1/."""

from django.urls import path

from monitoring.api.metrics import DriftMetrics, PerformanceMetrics

urlpatterns = [
    path("metrics/performance/", PerformanceMetrics.as_view(), name="api-performance"),
    path("metrics/drift/", DriftMetrics.as_view(), name="api-drift"),
]
