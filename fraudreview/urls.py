"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path, re_path

from fraudreview import health, views
from scoring.api.documentation import Schema, api_docs
from scoring.api.errors import unknown_address

# Programs first: they call by the thousand.
urlpatterns = [
    path("api/v1/", include("scoring.api.urls")),
    path("api/v1/", include("labeling.api.urls")),
    path("api/v1/", include("monitoring.api.urls")),
    re_path(r"^api/v1/", unknown_address),
    path("", views.home, name="home"),
    path("login/", views.sign_in, name="login"),
    path("logout/", views.sign_out, name="logout"),
    path("", include("scoring.urls")),
    path("", include("labeling.urls")),
    path("", include("monitoring.urls")),
    path("api/schema/", Schema.as_view(), name="api-schema"),
    path("api/docs/", api_docs, name="api-docs"),
    path("admin/", admin.site.urls),
    path("metrics", health.Metrics.as_view(), name="metrics"),
]
