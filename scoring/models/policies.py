"""How scores become outcomes: an immutable policy, and since when it holds."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import LessThanOrEqual

from scoring.domain.audits import audit_budget_from_row, audit_cost
from scoring.domain.policy import MOST_HIDDEN, costs_from_row
from scoring.models.append_only import APPEND_ONLY
from scoring.models.decisions import Outcome
from scoring.models.registry import ModelVersion, StageChange


class DecisionPolicy(models.Model):
    """Binds a model version to thresholds, costs, audits, capacity and fallback."""

    number = models.PositiveIntegerField(unique=True)
    model_version = models.ForeignKey(
        ModelVersion,
        on_delete=models.PROTECT,
        null=True,
        related_name="policies",
        help_text="Empty: the fallback decides everything.",
    )
    review_threshold = models.FloatField(
        null=True, help_text="Review from this probability on; empty: never."
    )
    block_threshold = models.FloatField(
        null=True, help_text="Block from this probability on; empty: never."
    )
    rule = models.TextField(help_text="The business rule that chose the thresholds, in words.")
    costs = models.JSONField(help_text="Cost table, see scoring.domain.policy.Costs.")
    audit_rates = models.JSONField(
        help_text="Audit probability by stratum kind, wherever no audit plan says another."
    )
    audit_budget = models.JSONField(
        default=dict,
        help_text="Audits a day and minutes each, see scoring.domain.audits.AuditBudget. Empty: "
        "the audit rates hold.",
    )
    review_capacity = models.PositiveIntegerField(help_text="Reviews a day people can do.")
    review_minutes = models.PositiveIntegerField(
        help_text="How long a held payment may wait when it names no deadline of its own."
    )
    timeout_action = models.CharField(
        max_length=10,
        choices=[("release", "Release"), ("decline", "Decline")],
        help_text="What happens to a held payment that nobody judged in time.",
    )
    fallback_outcome = models.CharField(max_length=10, choices=Outcome.choices)
    over_capacity_outcome = models.CharField(max_length=10, choices=Outcome.choices)
    explanation_hidden_share = models.FloatField(
        default=0.0, help_text="Of the first looks, so many are served without reasons. 0: none."
    )
    score_hidden_share = models.FloatField(
        default=0.0,
        help_text="Of the first looks, so many are served without score and reasons. 0: none.",
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name_plural = "decision policies"
        constraints = [
            models.CheckConstraint(
                condition=Q(review_threshold__isnull=True)
                | Q(block_threshold__isnull=True)
                | Q(review_threshold__lte=F("block_threshold")),
                name="thresholds_do_not_cross",
            ),
            models.CheckConstraint(
                condition=(
                    (
                        Q(review_threshold__isnull=True)
                        | Q(review_threshold__gte=0, review_threshold__lte=1)
                    )
                    & (
                        Q(block_threshold__isnull=True)
                        | Q(block_threshold__gte=0, block_threshold__lte=1)
                    )
                ),
                name="thresholds_in_unit",
            ),
            models.CheckConstraint(
                condition=Q(explanation_hidden_share__gte=0, score_hidden_share__gte=0)
                & Q(
                    LessThanOrEqual(
                        F("explanation_hidden_share") + F("score_hidden_share"), MOST_HIDDEN
                    )
                ),
                name="at_most_half_is_hidden",
            ),
        ]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"policy {self.number}"

    @property
    def audit_minutes_a_day(self) -> float | None:
        """What the stated audits take of people's time; None where none are stated."""
        budget = audit_budget_from_row(self.audit_budget)
        return budget.minutes_a_day if budget else None

    @property
    def audit_cost_a_day(self) -> Decimal | None:
        """What that costs, in the reporting currency."""
        minutes = self.audit_minutes_a_day
        return None if minutes is None else audit_cost(minutes, costs_from_row(self.costs))


class PolicyActivation(models.Model):
    """From this moment this policy decides, until the next row."""

    policy = models.ForeignKey(DecisionPolicy, on_delete=models.PROTECT, related_name="activations")
    stage_change = models.ForeignKey(
        StageChange,
        on_delete=models.PROTECT,
        null=True,
        related_name="activations",
        help_text="The promotion or roll-back it came with, if any.",
    )
    activated_at = models.DateTimeField()
    activated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.TextField()

    class Meta:
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"{self.policy} from {self.activated_at:%Y-%m-%d %H:%M}"
