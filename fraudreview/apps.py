from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class FraudReviewConfig(AppConfig):
    name = "fraudreview"
    verbose_name = "Fraud Review"

    def ready(self) -> None:
        """Make our worker application the current one, also in web processes that ring it."""
        from fraudreview import celery  # noqa: F401


class AdministrationConfig(AdminConfig):
    """Django's administration with our rule of who may enter."""

    default_site = "scoring.administration.AdminSite"
