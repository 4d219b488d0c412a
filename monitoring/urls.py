"""Pages."""

from django.urls import path

from monitoring.views import dashboards

urlpatterns = [
    path("dashboards/executive/", dashboards.executive, name="executive"),
    path("dashboards/drift/", dashboards.drift, name="drift"),
]
