"""Who saw personal data of which payment, and when."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from scoring.models.access import ApiKey
from scoring.models.append_only import APPEND_ONLY
from scoring.models.transactions import Transaction


class PersonalDataReveal(models.Model):
    """A person asked to see e-mail, IP and attributes of a payment, or a program read them.

    A program's reads of one payment are one row a day.
    """

    class Place(models.TextChoices):
        TRANSACTION = "transaction", "Transaction page"
        CASE = "case", "Case page"
        SUPPORT = "support", "Support page"
        API = "api", "API"

    transaction = models.ForeignKey(Transaction, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="Of a program: the person it acts for.",
    )
    api_key = models.ForeignKey(
        ApiKey, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    place = models.CharField(max_length=12, choices=Place.choices)
    revealed_at = models.DateTimeField()
    day = models.DateField(help_text="Of `revealed_at`, in UTC.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(place__in=["transaction", "case", "support", "api"]),
                name="reveal_place_known",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(api_key__isnull=False),
                name="reveal_has_a_reader",
            ),
            models.UniqueConstraint(
                fields=["api_key", "transaction", "day"],
                condition=Q(api_key__isnull=False),
                name="one_reveal_a_key_and_day",
            ),
        ]
        indexes = [models.Index(fields=["person", "transaction"], name="reveal_person")]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"{self.place} {self.transaction_id}"
