"""What the desk knows about a person beside the account: authority, presence, experience."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Reviewer(models.Model):
    """Made at the first claim, or by a lead who sets a limit. No row means: no limit, on duty."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviewer"
    )
    on_duty = models.BooleanField(default=True, help_text="Off duty counts as no capacity.")
    on_duty_since = models.DateTimeField(null=True, blank=True)
    minutes_per_day = models.PositiveSmallIntegerField(
        default=360, help_text="Minutes a day this person can review."
    )
    authority = models.DecimalField(
        max_digits=17,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Decides alone up to this amount at stake, in the reporting currency; "
        "empty: any amount.",
    )
    queues = models.ManyToManyField(
        "labeling.ReviewQueue",
        blank=True,
        related_name="reviewers",
        help_text="Is served from these queues only; empty: from every queue.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(authority__isnull=True) | Q(authority__gt=0),
                name="authority_above_zero",
            )
        ]

    def __str__(self) -> str:
        return f"reviewer {self.user_id}"
