"""Webhooks: who wants to hear what, the outbox of events, and how each delivery went."""

from uuid import uuid4

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from scoring.models.append_only import APPEND_ONLY
from scoring.models.decisions import Disposition
from scoring.models.transactions import Transaction

# Retention deletes old events; nobody edits one.
NEVER_EDITED = [
    pgtrigger.Protect(name="never_edited", operation=pgtrigger.Update),
    APPEND_ONLY[1],
]


class WebhookEndpoint(models.Model):
    """An address that is told what happens.

    Paused by a person: events gather and wait. Disabled by the machine: nothing gathers. Its
    secrets are derived from `salt` and `secret_number`, never stored.
    """

    name = models.CharField(max_length=100)
    url = models.CharField(max_length=500)
    events = ArrayField(models.CharField(max_length=30))
    salt = models.UUIDField(default=uuid4, editable=False)
    secret_number = models.PositiveIntegerField(default=1)
    rotated_at = models.DateTimeField(
        null=True, help_text="The secret before this one signs as well for a day from then."
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    disabled_at = models.DateTimeField(null=True)
    disabled_reason = models.CharField(max_length=200, blank=True)
    deleted_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0, help_text="In a row, without a success.")
    failing_since = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True, help_text="Left alone until then.")
    delivered_at = models.DateTimeField(null=True, help_text="The newest success, to the minute.")

    def __str__(self) -> str:
        return self.name


class WebhookEvent(models.Model):
    """Outbox: written with the fact itself, in the same database transaction.

    Without `data` it tells of the decision as it stood with `disposition`: rows that are never
    edited, so the body can be made from them at any time.
    """

    public_id = models.UUIDField(db_default=RandomUUID(), editable=False)
    type = models.CharField(max_length=30)
    subject = models.CharField(
        max_length=40, help_text="Events of one subject are delivered in order."
    )
    transaction = models.ForeignKey(
        Transaction, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    disposition = models.ForeignKey(
        Disposition, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    data = models.JSONField(null=True)
    occurred_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["transaction"],
                condition=Q(transaction__isnull=False),
                name="webhook_event_transaction",
            ),
        ]
        triggers = NEVER_EDITED

    def __str__(self) -> str:
        return f"{self.type} {self.pk}"

    @property
    def name(self) -> str:
        """What the receiver knows it by: the `webhook-id` of every attempt."""
        return f"evt_{self.public_id.hex}"


class WebhookDelivery(models.Model):
    """One event on its way to one endpoint."""

    class State(models.TextChoices):
        PENDING = "pending", "Waiting"
        DELIVERED = "delivered", "Delivered"
        FAILED = "failed", "Failed"

    # Endpoints are never deleted; a constraint would lock theirs while every batch is decided.
    endpoint = models.ForeignKey(
        WebhookEndpoint,
        on_delete=models.PROTECT,
        related_name="deliveries",
        db_index=False,
        db_constraint=False,
    )
    event = models.ForeignKey(WebhookEvent, on_delete=models.CASCADE, related_name="deliveries")
    subject = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Since the last replay.")
    next_attempt_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, help_text="Somebody is sending it until then.")
    finished_at = models.DateTimeField(null=True)
    replayed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "webhook deliveries"
        constraints = [
            models.CheckConstraint(
                condition=Q(state="pending", finished_at__isnull=True)
                | Q(state__in=["delivered", "failed"], finished_at__isnull=False),
                name="webhook_delivery_ends_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "next_attempt_at", "id"],
                condition=Q(state="pending"),
                name="webhook_due",
            ),
            models.Index(
                fields=["endpoint", "subject", "id"],
                condition=Q(state="pending"),
                name="webhook_order",
            ),
            models.Index(
                fields=["endpoint"],
                condition=Q(leased_until__isnull=False),
                name="webhook_under_way",
            ),
            models.Index(
                fields=["endpoint", "-id"], condition=Q(state="failed"), name="webhook_failed"
            ),
            models.Index(F("endpoint"), F("id").desc(), name="webhook_newest"),
            BrinIndex(fields=["finished_at"], name="webhook_finished"),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class WebhookAttempt(models.Model):
    """One request. What was answered is not kept: only how it went."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="log")
    began_at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True, help_text="Empty without an answer.")
    error = models.CharField(max_length=30, blank=True, help_text="A code; empty for a success.")
    detail = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"attempt {self.pk}"
