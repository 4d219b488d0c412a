"""The scoring queue and the batches that empty it."""

from django.db import models
from django.db.models import Q

from scoring.fields import CurrentTransactionId, SnapshotField, Xid8Field
from scoring.models.features import FeatureSetVersion
from scoring.models.transactions import Transaction
from scoring.models.unchecked import UNCHECKED


class QueuedTransaction(models.Model):
    """A transaction that waits for its decision. The row goes when the decision comes."""

    transaction = models.OneToOneField(
        Transaction,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="queued",
        db_constraint=False,
    )
    enqueued_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(
        default=0, help_text="Batches that failed on it, counted outside the failed transaction."
    )
    retry_at = models.DateTimeField(null=True)

    class Meta:
        # Answers how long the oldest one has been waiting without reading the table.
        indexes = [models.Index(fields=["enqueued_at"], name="queued_oldest")]

    def __str__(self) -> str:
        return f"queued {self.transaction_id}"


class ScoringBatch(models.Model):
    """One database transaction of deciding: what it could see and what it used."""

    decided_at = models.DateTimeField()
    snapshot = SnapshotField(help_text="pg_current_snapshot() when features were computed.")
    xid = Xid8Field(db_default=CurrentTransactionId(), editable=False)
    size = models.PositiveIntegerField()
    feature_set = models.ForeignKey(
        FeatureSetVersion, on_delete=models.PROTECT, null=True, related_name="+", **UNCHECKED
    )
    model_version = models.ForeignKey(
        "scoring.ModelVersion", on_delete=models.PROTECT, null=True, related_name="+", **UNCHECKED
    )
    policy = models.ForeignKey(
        "scoring.DecisionPolicy", on_delete=models.PROTECT, related_name="+", **UNCHECKED
    )
    worker = models.CharField(max_length=100, help_text="Host and process that decided.")
    digest = models.BinaryField(max_length=32, help_text="SHA-256 over its decisions.")

    class Meta:
        verbose_name_plural = "scoring batches"

    def __str__(self) -> str:
        return f"batch {self.pk}"


class Score(models.Model):
    """The probability of fraud from one model version. Margin ranks, probability is calibrated."""

    pk = models.CompositePrimaryKey("transaction_id", "model_version_id")
    transaction = models.ForeignKey(
        Transaction, on_delete=models.CASCADE, related_name="scores", **UNCHECKED
    )
    model_version = models.ForeignKey(
        "scoring.ModelVersion", on_delete=models.PROTECT, related_name="+", **UNCHECKED
    )
    margin = models.FloatField(help_text="Log-odds before calibration.")
    probability = models.FloatField()
    batch = models.ForeignKey(
        ScoringBatch, on_delete=models.PROTECT, related_name="scores", **UNCHECKED
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(probability__gte=0, probability__lte=1), name="probability_in_unit"
            )
        ]

    def __str__(self) -> str:
        return f"{self.probability:.3f} of {self.transaction_id}"
