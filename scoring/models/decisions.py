"""What the machine said at once, why, and what finally happened to the payment."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from scoring.fields import RealArrayField
from scoring.models.append_only import APPEND_ONLY
from scoring.models.processing import ScoringBatch
from scoring.models.transactions import Transaction
from scoring.models.unchecked import UNCHECKED


class Outcome(models.TextChoices):
    APPROVE = "approve", "Approve"
    REVIEW = "review", "Review"
    BLOCK = "block", "Block"


class Decision(models.Model):
    """One per transaction, at once, never edited.

    Everything that cannot be reconstructed later stands here: the stratum, the draw, and the
    probabilities with which this transaction came to be looked at.
    """

    class Reason(models.TextChoices):
        SCORE = "score", "The score against the policy's thresholds"
        NO_MODEL = "no_model", "No usable model, the policy's fallback"
        OVER_CAPACITY = "over_capacity", "Fallback beyond the review capacity"
        TIME_BUDGET = "time_budget", "The time budget ran out, the policy's fallback"
        SCORING_ERROR = "scoring_error", "Scoring failed, the policy's fallback"

    transaction = models.OneToOneField(
        Transaction,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="decision",
        db_constraint=False,
    )
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.CharField(max_length=20, choices=Reason.choices)
    probability = models.FloatField(null=True, help_text="Copied from the score that decided.")
    model_version = models.ForeignKey(
        "scoring.ModelVersion", on_delete=models.PROTECT, null=True, related_name="+", **UNCHECKED
    )
    policy = models.ForeignKey(
        "scoring.DecisionPolicy", on_delete=models.PROTECT, related_name="+", **UNCHECKED
    )
    batch = models.ForeignKey(
        ScoringBatch, on_delete=models.PROTECT, related_name="decisions", **UNCHECKED
    )
    stratum = models.CharField(max_length=40, help_text="Outcome, score band and amount band.")
    audited = models.BooleanField(default=False, help_text="Drawn by lot for a blind look.")
    audit_draw = models.FloatField(help_text="Keyed uniform draw in [0, 1) for the audit.")
    audit_propensity = models.FloatField(help_text="Probability of the audit, from the policy.")
    review_propensity = models.FloatField(
        null=True, help_text="Guaranteed probability of a review; empty where none is guaranteed."
    )
    degraded = models.BooleanField(default=False)
    hold_until = models.DateTimeField(null=True, help_text="When a held payment times out.")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="decision_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(probability__isnull=True) | Q(probability__gte=0, probability__lte=1),
                name="decision_probability_in_unit",
            ),
            models.CheckConstraint(
                condition=Q(audit_propensity__gte=0, audit_propensity__lte=1)
                & Q(audit_draw__gte=0, audit_draw__lt=1),
                name="audit_draw_in_unit",
            ),
            models.CheckConstraint(
                condition=Q(review_propensity__isnull=True)
                | Q(review_propensity__gt=0, review_propensity__lte=1),
                name="review_propensity_in_unit",
            ),
            models.CheckConstraint(
                condition=Q(outcome="review", hold_until__isnull=False)
                | (~Q(outcome="review") & Q(hold_until__isnull=True)),
                name="only_reviews_are_held",
            ),
        ]
        indexes = [
            models.Index(fields=["decided_at", "outcome"], name="decision_decided"),
            models.Index(
                fields=["hold_until"], condition=Q(outcome="review"), name="decision_held"
            ),
            models.Index(fields=["decided_at"], condition=Q(audited=True), name="decision_audited"),
        ]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"{self.outcome} {self.transaction_id}"


class Explanation(models.Model):
    """Why the score is what it is; base value and contributions sum to the margin."""

    transaction = models.OneToOneField(
        Transaction,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="explanation",
        db_constraint=False,
    )
    model_version = models.ForeignKey(
        "scoring.ModelVersion", on_delete=models.PROTECT, related_name="+", **UNCHECKED
    )
    base_value = models.FloatField(help_text="Log-odds of the average training transaction.")
    contributions = RealArrayField(help_text="Log-odds, in the order of the feature set.")
    reason_codes = models.JSONField(
        help_text="[{code, sentence, contribution, feature, value}], strongest first."
    )

    def __str__(self) -> str:
        return f"explanation of {self.transaction_id}"


class CaseRequest(models.Model):
    """Outbox: this transaction needs a person. Labeling consumes it exactly once."""

    class Kind(models.TextChoices):
        REVIEW = "review", "Review"
        AUDIT = "audit", "Audit"

    transaction = models.ForeignKey(
        Transaction, on_delete=models.PROTECT, related_name="case_requests", **UNCHECKED
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    requested_at = models.DateTimeField()
    consumed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transaction", "kind"], name="one_request_each")
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(consumed_at__isnull=True), name="case_request_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.transaction_id}"


class Disposition(models.Model):
    """What happened to the payment, newest last. The Decision is never edited for it."""

    class Action(models.TextChoices):
        RELEASE = "release", "Release"
        DECLINE = "decline", "Decline"
        VOID = "void", "Void"
        REFUND = "refund", "Refund"
        STEP_UP = "step_up", "Step up"

    class Cause(models.TextChoices):
        VERDICT = "verdict", "Verdict"
        TIMEOUT = "timeout", "Timeout"
        APPEAL = "appeal", "Appeal"
        OVERRIDE = "override", "Override"

    transaction = models.ForeignKey(
        Transaction, on_delete=models.PROTECT, related_name="dispositions"
    )
    action = models.CharField(max_length=10, choices=Action.choices)
    cause = models.CharField(max_length=10, choices=Cause.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    verdict_id = models.BigIntegerField(
        null=True, help_text="The verdict behind it; labeling proves that it exists."
    )
    note = models.TextField(blank=True)
    disposed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(action__in=["release", "decline", "void", "refund", "step_up"]),
                name="disposition_action_known",
            ),
            models.UniqueConstraint(fields=["verdict_id"], name="one_disposition_per_verdict"),
        ]
        indexes = [models.Index(fields=["disposed_at"], name="disposition_time")]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"{self.action} {self.transaction_id}"
