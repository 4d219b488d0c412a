"""A case gathers the open items of one attacked entity, so that one attack is one case."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from scoring.models import Transaction
from scoring.models.append_only import APPEND_ONLY

# Events by which a claim comes to nothing.
ENDS_OF_CLAIMS = ("lease_expired", "lease_ended", "released", "skipped", "reassigned")


class ReviewCase(models.Model):
    """Only review cases have an entity; cases of the other kinds hold a single item."""

    class Kind(models.TextChoices):
        REVIEW = "review", "Review"
        AUDIT = "audit", "Audit"
        CHECK = "check", "Check of a verdict"
        APPEAL = "appeal", "Appeal"

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        WAITING_CUSTOMER = "waiting_customer", "Waiting for the customer"
        CLOSED = "closed", "Closed"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.OPEN)
    entity_kind = models.CharField(max_length=12, blank=True, help_text="customer_id or card_id.")
    entity_key = models.CharField(max_length=100, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entity_kind", "entity_key"],
                condition=Q(kind="review") & ~Q(status="closed") & ~Q(entity_key=""),
                name="one_open_case_per_entity",
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False)
                | (~Q(status="closed") & Q(closed_at__isnull=True)),
                name="closed_cases_have_a_time",
            ),
        ]
        indexes = [models.Index(fields=["status", "opened_at"], name="case_status")]

    def __str__(self) -> str:
        return f"case {self.pk}"


class ReviewItem(models.Model):
    """One transaction inside a case; `why` says in a sentence what brought it here."""

    class Resolution(models.TextChoices):
        VERDICT = "verdict", "Verdict"
        TIMEOUT = "timeout", "Timed out"
        MOOT = "moot", "Moot"
        OVERRIDE = "override", "Overridden by a lead"

    case = models.ForeignKey(ReviewCase, on_delete=models.PROTECT, related_name="items")
    transaction = models.ForeignKey(
        Transaction, on_delete=models.PROTECT, related_name="review_items"
    )
    task = models.ForeignKey(
        "labeling.ReviewTask",
        on_delete=models.PROTECT,
        null=True,
        related_name="items",
        help_text="The look it waits for, or the last one it had.",
    )
    kind = models.CharField(max_length=10, choices=ReviewCase.Kind.choices)
    case_request_id = models.BigIntegerField(
        unique=True, null=True, help_text="The request it answers; checks and appeals have none."
    )
    why = models.CharField(max_length=200)
    due_at = models.DateTimeField(
        null=True, help_text="When a held payment is disposed of without a verdict."
    )
    added_at = models.DateTimeField()
    resolution = models.CharField(max_length=10, choices=Resolution.choices, blank=True)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["transaction", "kind"], condition=~Q(kind="appeal"), name="one_item_each"
            ),
            models.UniqueConstraint(
                fields=["transaction"],
                condition=Q(kind="appeal", resolution=""),
                name="one_open_appeal",
            ),
        ]
        indexes = [
            models.Index(fields=["case"], condition=Q(resolution=""), name="item_open"),
            models.Index(
                fields=["due_at"], condition=Q(resolution="", kind="review"), name="item_due"
            ),
            models.Index(
                fields=["resolved_at"], condition=Q(resolution="verdict"), name="item_judged"
            ),
        ]

    def __str__(self) -> str:
        return f"item {self.pk} of case {self.case_id}"


class CaseEvent(models.Model):
    """What happened in a case, in order. `actor` is empty where the server acted."""

    case = models.ForeignKey(ReviewCase, on_delete=models.PROTECT, related_name="events")
    type = models.CharField(max_length=30)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    occurred_at = models.DateTimeField()
    data = models.JSONField(default=dict)

    class Meta:
        triggers = APPEND_ONLY
        indexes = [
            models.Index(fields=["case", "id"], name="case_event_order"),
            models.Index(
                fields=["occurred_at"],
                condition=Q(type__in=ENDS_OF_CLAIMS),
                name="case_event_wasted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} in case {self.case_id}"
