from django.apps import AppConfig


class FraudReviewConfig(AppConfig):
    name = "fraudreview"
    verbose_name = "Fraud Review"
