"""Numbers as they were computed, and the hourly counts that dashboards read."""

from django.db import models

from scoring.models import ModelVersion, Outcome


class Report(models.Model):
    """A stored computation over a window."""

    class Kind(models.TextChoices):
        PERFORMANCE = "performance", "Performance"
        DRIFT = "drift", "Drift"
        SAMPLE_RATIO = "sample_ratio", "Audit sample"
        LABEL_LATENCY = "label_latency", "Label latency"
        REVIEW = "review", "People and labels"

    kind = models.CharField(max_length=15, choices=Kind.choices)
    model_version = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, null=True, related_name="+"
    )
    window_start = models.DateTimeField()
    window_end = models.DateTimeField()
    as_of = models.DateTimeField(help_text="Labels known by then were used.")
    body = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "-created_at"], name="report_newest")]

    def __str__(self) -> str:
        return f"{self.kind} report {self.pk}"


class HourlyRollup(models.Model):
    """Decisions of one hour by outcome and model version."""

    hour = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    model_version = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, null=True, related_name="+"
    )
    stratum = models.CharField(max_length=40)
    decisions = models.PositiveIntegerField()
    base_amount = models.DecimalField(max_digits=20, decimal_places=2)
    audited = models.PositiveIntegerField()
    score_histogram = models.JSONField(
        default=list, help_text="Counts in 20 equal bins of the probability."
    )
    scored = models.PositiveIntegerField(
        null=True, help_text="Those with a probability p; empty: counted before it was kept."
    )
    expected_frauds = models.FloatField(null=True, help_text="Sum of p.")
    expected_variance = models.FloatField(null=True, help_text="Sum of p(1 - p).")
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hour", "outcome", "model_version", "stratum"],
                nulls_distinct=False,
                name="one_rollup_each",
            )
        ]
        indexes = [models.Index(fields=["hour"], name="rollup_hour")]

    def __str__(self) -> str:
        return f"{self.decisions} {self.outcome} at {self.hour:%Y-%m-%d %H}h"
