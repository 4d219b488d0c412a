"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path

from fraudreview import views

urlpatterns = [
    path("", views.home, name="home"),
    path("login/", views.sign_in, name="login"),
    path("logout/", views.sign_out, name="logout"),
    path("", include("scoring.urls")),
    path("", include("labeling.urls")),
    path("", include("monitoring.urls")),
    path("api/v1/", include("scoring.api.urls")),
    path("api/v1/", include("labeling.api.urls")),
    path("api/v1/", include("monitoring.api.urls")),
    path("admin/", admin.site.urls),
]
