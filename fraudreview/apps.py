from django.apps import AppConfig


class FraudReviewConfig(AppConfig):
    name = "fraudreview"
    verbose_name = "Fraud Review"

    def ready(self) -> None:
        """Make our worker application the current one, also in web processes that ring it."""
        from fraudreview import celery  # noqa: F401
