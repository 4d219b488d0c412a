"""A payment as it came in, its personal details, and what happened to it later."""

from django.db import models
from django.db.models import Q

from scoring.fields import CurrentTransactionId, Xid8Field


class PaymentStage(models.TextChoices):
    """How far the money had moved when the transaction came in."""

    PRE_AUTHORIZATION = "pre_authorization", "Before authorization"
    AUTHORIZED = "authorized", "Authorized"
    CAPTURED = "captured", "Captured"


def entity_index(entity: str, name: str) -> models.Index:
    """A covering index, so that a sliding window reads the index alone."""
    return models.Index(
        fields=[entity, "occurred_at"],
        include=["base_amount"],
        condition=Q(**{f"{entity}__isnull": False}),
        name=name,
    )


class Transaction(models.Model):
    """Never edited after intake. Entity keys are normalised; IP and e-mail are tokens here."""

    external_id = models.CharField(max_length=100)
    content_hash = models.BinaryField(max_length=32)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    amount = models.DecimalField(max_digits=19, decimal_places=4)
    currency = models.CharField(max_length=3)
    base_amount = models.DecimalField(
        max_digits=17, decimal_places=2, help_text="In the reporting currency, rate of the intake."
    )
    customer_id = models.CharField(max_length=100, null=True)  # noqa: DJ001 (absent is not "")
    card_id = models.CharField(max_length=100, null=True)  # noqa: DJ001
    merchant_id = models.CharField(max_length=100, null=True)  # noqa: DJ001
    device_id = models.CharField(max_length=100, null=True)  # noqa: DJ001
    ip_key = models.CharField(max_length=32, null=True)  # noqa: DJ001
    email_key = models.CharField(max_length=32, null=True)  # noqa: DJ001
    payment_method = models.CharField(max_length=50, null=True)  # noqa: DJ001
    channel = models.CharField(max_length=50, null=True)  # noqa: DJ001
    country = models.CharField(max_length=2, null=True)  # noqa: DJ001
    billing_country = models.CharField(max_length=2, null=True)  # noqa: DJ001
    shipping_country = models.CharField(max_length=2, null=True)  # noqa: DJ001
    customer_since = models.DateTimeField(null=True)
    payment_stage = models.CharField(
        max_length=20, choices=PaymentStage.choices, default=PaymentStage.AUTHORIZED
    )
    respond_by = models.DateTimeField(null=True, help_text="The payment's own deadline.")
    imported = models.BooleanField(default=False, help_text="History, not live traffic.")
    inserted_xid = Xid8Field(db_default=CurrentTransactionId(), editable=False)

    class Meta:
        # Not `unique=True`, which adds a second index for LIKE that nobody asks.
        constraints = [models.UniqueConstraint(fields=["external_id"], name="one_external_id")]
        indexes = [
            entity_index("customer_id", "transaction_customer"),
            entity_index("card_id", "transaction_card"),
            entity_index("merchant_id", "transaction_merchant"),
            entity_index("device_id", "transaction_device"),
            entity_index("ip_key", "transaction_ip"),
            entity_index("email_key", "transaction_email"),
            models.Index(fields=["-occurred_at", "-id"], name="transaction_newest"),
            # Few are that large: whoever looks for larger ones would read all payments for a page.
            models.Index(
                fields=["base_amount"], condition=Q(base_amount__gte=1000), name="transaction_large"
            ),
        ]

    def __str__(self) -> str:
        return self.external_id


class TransactionDetails(models.Model):
    """The erasable side: personal data and free attributes."""

    transaction = models.OneToOneField(
        Transaction,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="details",
        db_constraint=False,
    )
    email = models.CharField(max_length=254, null=True)  # noqa: DJ001
    ip_address = models.GenericIPAddressField(null=True)
    attributes = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "transaction details"

    def __str__(self) -> str:
        return f"details of {self.transaction_id}"


class TransactionEvent(models.Model):
    """What the payment company tells us of a payment after it came in."""

    class Type(models.TextChoices):
        ISSUER_DECLINED = "issuer_declined", "Issuer declined"
        CAPTURED = "captured", "Captured"
        CANCELLED = "cancelled", "Cancelled"
        REFUNDED = "refunded", "Refunded"
        CHALLENGE_PASSED = "challenge_passed", "Challenge passed"
        CHALLENGE_FAILED = "challenge_failed", "Challenge failed"

    transaction = models.ForeignKey(Transaction, on_delete=models.CASCADE, related_name="events")
    type = models.CharField(max_length=20, choices=Type.choices)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    inserted_xid = Xid8Field(db_default=CurrentTransactionId(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["transaction", "type", "occurred_at"], name="one_event_each"
            )
        ]
        indexes = [models.Index(fields=["received_at"], name="event_received")]

    def __str__(self) -> str:
        return f"{self.type} of {self.transaction_id}"
