"""What a person said of one item."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from labeling.models.cases import ReviewItem
from labeling.models.tasks import ReviewTask
from scoring.models.append_only import APPEND_ONLY


class ReasonCode(models.Model):
    """Why a reviewer calls a payment fraud; admins keep the list."""

    code = models.SlugField(unique=True)
    title = models.CharField(max_length=60)
    definition = models.TextField()
    fraud_type = models.CharField(max_length=30, blank=True)
    position = models.PositiveSmallIntegerField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.title


class Verdict(models.Model):
    """Never edited. A change after a reveal is a second row that names the first."""

    class Value(models.TextChoices):
        FRAUD = "fraud", "Fraud"
        LEGITIMATE = "legitimate", "Legitimate"
        CANNOT_TELL = "cannot_tell", "Cannot tell"

    item = models.ForeignKey(ReviewItem, on_delete=models.PROTECT, related_name="verdicts")
    task = models.ForeignKey(ReviewTask, on_delete=models.PROTECT, related_name="verdicts")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="verdicts"
    )
    value = models.CharField(max_length=12, choices=Value.choices)
    reason_code = models.ForeignKey(ReasonCode, on_delete=models.PROTECT, null=True)
    note = models.TextField(blank=True)
    verification = models.CharField(
        max_length=20, default="opinion", help_text="How the reviewer knows; opinion: by looking."
    )
    blind = models.BooleanField(help_text="Given before score and outcome were shown.")
    presentation = models.CharField(max_length=20)
    claimed_at = models.DateTimeField()
    active_seconds = models.FloatField(null=True, help_text="Measured in the page, idle cut.")
    given_at = models.DateTimeField()
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "reviewer"],
                condition=Q(supersedes__isnull=True),
                name="one_verdict_per_reviewer",
            ),
            models.CheckConstraint(
                condition=Q(value__in=["fraud", "legitimate", "cannot_tell"]),
                name="verdict_value_known",
            ),
        ]
        indexes = [models.Index(fields=["reviewer", "given_at"], name="verdict_reviewer")]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"{self.value} on item {self.item_id}"
