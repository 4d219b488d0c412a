"""Which verdicts were drawn or chosen for a second review, and how often whose are."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from labeling.models.cases import ReviewItem
from labeling.models.verdicts import Verdict
from scoring.models.append_only import APPEND_ONLY


class SecondReviewDraw(models.Model):
    """The lot of one verdict for one reason.

    `item` is the check that it led to, one for all reasons of a payment; empty where the lot
    missed. What was chosen and not drawn has no probability.
    """

    class Reason(models.TextChoices):
        RANDOM = "random", "Drawn from all verdicts"
        NEWCOMER = "newcomer", "New to the desk"
        CONFIRMATION = "confirmation", "Fraud where hardly any is"
        LABEL_ERROR = "label_error", "The model doubts the label"

    verdict = models.ForeignKey(
        Verdict, on_delete=models.PROTECT, related_name="second_review_draws"
    )
    reason = models.CharField(max_length=20, choices=Reason.choices)
    share = models.FloatField(
        null=True, help_text="Of the verdicts, so many are checked; empty: chosen, not drawn."
    )
    probability = models.FloatField(
        null=True, help_text="That this payment was checked: the share over those it stood for."
    )
    drawn = models.FloatField(null=True, help_text="Below the share: it is checked.")
    item = models.ForeignKey(
        ReviewItem, on_delete=models.PROTECT, null=True, related_name="second_review_draws"
    )
    drawn_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["verdict", "reason"], name="one_draw_per_reason"),
            models.CheckConstraint(
                condition=Q(probability__gte=0, probability__lte=1, share__gte=0, share__lte=1),
                name="second_review_draw_in_unit",
            ),
        ]
        indexes = [
            # Most lots miss, and nobody asks for those again.
            models.Index(
                fields=["reason", "drawn_at"],
                condition=Q(item__isnull=False),
                name="second_review_checks",
            )
        ]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"draw of verdict {self.verdict_id}"


class SecondReviewShare(models.Model):
    """A lead's word on how often one reviewer is checked; the newest counts."""

    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="second_review_shares"
    )
    percent = models.PositiveSmallIntegerField(
        null=True, help_text="Of the verdicts; empty: by experience, as for everybody."
    )
    reason = models.CharField(max_length=200)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__lte=100),
                name="second_review_percent_in_hundred",
            )
        ]
        indexes = [models.Index(fields=["reviewer", "-id"], name="second_review_share")]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"{self.percent} % of reviewer {self.reviewer_id}"
