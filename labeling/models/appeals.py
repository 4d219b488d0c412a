"""What customers say of their payments, and the appeals that support files for them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from labeling.models.cases import ReviewCase
from labeling.models.labels import Label
from scoring.models import Transaction
from scoring.models.append_only import APPEND_ONLY


class CustomerStatement(models.Model):
    """Never edited. A typing error is corrected by a second row that names the first."""

    class Value(models.TextChoices):
        CONFIRMS = "confirms", "It was me"
        DENIES = "denies", "It was not me"

    class Channel(models.TextChoices):
        PHONE = "phone", "Phone"
        EMAIL = "email", "E-mail"
        CHAT = "chat", "Chat"
        IN_APP = "in_app", "In the app"

    class Verification(models.TextChoices):
        CUSTOMER_CONTACTED = "customer_contacted", "We called back"
        DOCUMENTS = "documents", "Documents"
        CHALLENGE_PASSED = "challenge_passed", "Challenge passed"

    transaction = models.ForeignKey(
        Transaction, on_delete=models.PROTECT, related_name="statements"
    )
    value = models.CharField(max_length=10, choices=Value.choices)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    verification = models.CharField(
        max_length=20, choices=Verification.choices, help_text="How we know who said it."
    )
    reference = models.CharField(max_length=100, blank=True, help_text="Of the ticket.")
    note = models.TextField(blank=True)
    occurred_at = models.DateTimeField(help_text="When the customer said it.")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()
    label = models.OneToOneField(Label, on_delete=models.PROTECT, related_name="statement")
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="corrected_by"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(value__in=["confirms", "denies"]), name="statement_value_known"
            ),
            models.UniqueConstraint(
                fields=["transaction", "reference"],
                condition=Q(supersedes__isnull=True) & ~Q(reference=""),
                name="one_statement_per_ticket",
            ),
        ]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"{self.transaction_id} {self.value}"


class Appeal(models.Model):
    """A filing, never edited. What became of it stands in the verdicts of its case."""

    transaction = models.ForeignKey(Transaction, on_delete=models.PROTECT, related_name="appeals")
    case = models.OneToOneField(ReviewCase, on_delete=models.PROTECT, related_name="appeal")
    statement = models.ForeignKey(
        CustomerStatement,
        on_delete=models.PROTECT,
        null=True,
        related_name="appeals",
        help_text="The newest confirmation of the customer when it was filed.",
    )
    reason = models.TextField(help_text="Why the customer thinks that the decline is wrong.")
    new_evidence = models.TextField(
        blank=True, help_text="What an appeal after another one brings that is new."
    )
    reference = models.CharField(max_length=100, blank=True, help_text="Of the ticket.")
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    filed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["transaction", "reference"],
                condition=~Q(reference=""),
                name="one_appeal_per_ticket",
            )
        ]
        indexes = [models.Index(fields=["filed_by", "-id"], name="appeal_filer")]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"appeal {self.pk}"
