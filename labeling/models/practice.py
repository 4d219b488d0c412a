"""Answers to practice cases: no verdicts, so no label, disposition or figure comes from them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from scoring.models import Transaction
from scoring.models.append_only import APPEND_ONLY


class PracticeAnswer(models.Model):
    """What a reviewer said of a payment whose truth was known, and what that truth was then."""

    class Value(models.TextChoices):
        FRAUD = "fraud", "Fraud"
        LEGITIMATE = "legitimate", "Legitimate"
        CANNOT_TELL = "cannot_tell", "Cannot tell"

    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="practice_answers",
        db_index=False,  # practice_reviewer begins with it
    )
    transaction = models.ForeignKey(
        Transaction, on_delete=models.PROTECT, related_name="practice_answers"
    )
    value = models.CharField(max_length=12, choices=Value.choices)
    truth = models.CharField(max_length=10, help_text="What was known when it was answered.")
    truth_source = models.CharField(max_length=25, help_text="How it had become known.")
    active_seconds = models.FloatField(null=True, help_text="Measured in the page, idle cut.")
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(value__in=["fraud", "legitimate", "cannot_tell"]),
                name="practice_value_known",
            ),
            models.CheckConstraint(
                condition=Q(truth__in=["fraud", "legitimate"]), name="practice_truth_known"
            ),
        ]
        indexes = [models.Index(fields=["reviewer", "given_at"], name="practice_reviewer")]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"{self.value} on {self.transaction_id} in practice"
