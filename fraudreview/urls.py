"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("scoring.urls")),
    path("", include("labeling.urls")),
    path("", include("monitoring.urls")),
    path("api/v1/", include("scoring.api.urls")),
    path("api/v1/", include("labeling.api.urls")),
    path("api/v1/", include("monitoring.api.urls")),
    path("admin/", admin.site.urls),
]
