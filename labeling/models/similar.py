"""Which past payments a payment resembles, by the explanations of their scores."""

from django.db import models

from scoring.models import Transaction
from scoring.models.append_only import APPEND_ONLY


class SimilarCases(models.Model):
    """Found once, soon after the case opened. What became of them is read when it is shown."""

    transaction = models.OneToOneField(
        Transaction, on_delete=models.PROTECT, primary_key=True, related_name="similar_cases"
    )
    payments = models.JSONField(help_text="Ids of past reviewed payments, the nearest first.")
    compared = models.PositiveIntegerField(help_text="How many past payments were looked at.")
    found_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "similar cases"
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"cases similar to {self.transaction_id}"
