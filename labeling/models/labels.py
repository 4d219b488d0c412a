"""Claims about what was true, each with the time from which we knew it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from labeling.models.verdicts import Verdict
from scoring.models import Transaction
from scoring.models.append_only import APPEND_ONLY

# What needs no reviewer's opinion, or settled one: the answers that people may practise on.
KNOWN_ANSWERS = (
    "chargeback",
    "adjudication",
    "customer_confirmation",
    "dispute_reversal",
)


class Label(models.Model):
    """One claim. The resolved label is a pure function of the claims known at a moment."""

    class Value(models.TextChoices):
        FRAUD = "fraud", "Fraud"
        LEGITIMATE = "legitimate", "Legitimate"
        UNKNOWN = "unknown", "Unknown"

    class Source(models.TextChoices):
        VERDICT = "verdict", "Verdict"
        SECOND_REVIEW = "second_review", "Second review"
        ADJUDICATION = "adjudication", "Adjudication"
        CHARGEBACK = "chargeback", "Chargeback"
        FRAUD_REPORT = "fraud_report", "Fraud report"
        CUSTOMER_CONFIRMATION = "customer_confirmation", "Customer confirmation"
        DISPUTE_REVERSAL = "dispute_reversal", "Dispute reversal"
        APPEAL = "appeal", "Appeal"
        MATURED = "matured", "Matured without complaint"
        MANUAL = "manual", "Entered by hand"
        IMPORT = "import", "Imported"

    class Verification(models.TextChoices):
        OPINION = "opinion", "Opinion"
        CUSTOMER_CONTACTED = "customer_contacted", "Customer contacted"
        DOCUMENTS = "documents", "Documents"
        CHALLENGE_PASSED = "challenge_passed", "Challenge passed"
        RELEASED = "released", "Released and watched"

    transaction = models.ForeignKey(
        Transaction,
        on_delete=models.PROTECT,
        related_name="labels",
        db_index=False,  # label_transaction begins with it
    )
    value = models.CharField(max_length=10, choices=Value.choices)
    source = models.CharField(max_length=25, choices=Source.choices)
    verification = models.CharField(max_length=20, choices=Verification.choices, blank=True)
    fraud_type = models.CharField(max_length=30, blank=True)
    reason = models.CharField(max_length=50, blank=True, help_text="The scheme's or our code.")
    dispute_stage = models.CharField(max_length=20, blank=True)
    occurred_at = models.DateTimeField(null=True, help_text="When the claim was made.")
    known_at = models.DateTimeField(help_text="From when we knew.")
    recorded_at = models.DateTimeField()
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    verdict = models.OneToOneField(
        Verdict, on_delete=models.PROTECT, null=True, related_name="label"
    )
    propensity = models.FloatField(
        null=True, help_text="Probability of its route; empty: trains, never estimates."
    )
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(propensity__isnull=True) | Q(propensity__gt=0, propensity__lte=1),
                name="label_propensity_in_unit",
            ),
            models.CheckConstraint(
                condition=Q(value__in=["fraud", "legitimate", "unknown"]),
                name="label_value_known",
            ),
        ]
        indexes = [
            models.Index(fields=["transaction", "known_at"], name="label_transaction"),
            models.Index(fields=["known_at"], name="label_known"),
            models.Index(
                fields=["value", "-known_at"],
                condition=Q(source__in=KNOWN_ANSWERS),
                name="label_known_answer",
            ),
        ]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"{self.value} by {self.source} of {self.transaction_id}"
