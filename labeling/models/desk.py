"""How the review desk serves its work; admins change it, the next claim obeys."""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

HUNDRED = "The shares of the five lanes are percent and must add up to 100."
CHECKED = "Audits and second looks together may not have more than the limit for checking."


def _percent(default: int, help_text: str, **options: Any) -> Any:
    return models.PositiveSmallIntegerField(default=default, help_text=help_text, **options)


class DeskSettings(models.Model):
    """One row. Shares are percent of the claims while every lane has work."""

    due_soon_percent = _percent(45, "Deadline within half an hour, the earliest first.")
    value_percent = _percent(30, "The greatest value of review per minute first.")
    audit_percent = _percent(
        12,
        "Drawn by lot, judged blind. Never none: rates rest on them.",
        validators=[MinValueValidator(1)],
    )
    second_percent = _percent(6, "A second, independent opinion, judged blind.")
    learn_percent = _percent(7, "Payments that teach the next model most.")
    checking_limit_percent = _percent(
        20,
        "At most 20. Audits and second looks may take so much of the minutes worked; past that"
        " they are served when nothing else waits.",
    )
    uncertain_percent = _percent(
        10, "Of the payments whose score lies near a threshold, so many are served to learn from."
    )
    novel_percent = _percent(
        10, "Of the payments unlike the earlier ones, so many are served to learn from."
    )
    worked_minutes = models.FloatField(
        default=0, editable=False, help_text="Minutes worked on decided tasks in the last 8 hours."
    )
    checking_minutes = models.FloatField(
        default=0, editable=False, help_text="Those of them that went into checking."
    )
    measured_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "desk settings"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    due_soon_percent=100
                    - F("value_percent")
                    - F("audit_percent")
                    - F("second_percent")
                    - F("learn_percent")
                ),
                name="lane_shares_make_a_hundred",
                violation_error_message=HUNDRED,
            ),
            models.CheckConstraint(
                condition=Q(audit_percent__gte=1)
                & Q(checking_limit_percent__lte=20)
                & Q(audit_percent__lte=F("checking_limit_percent") - F("second_percent")),
                name="checking_within_its_limit",
                violation_error_message=CHECKED,
            ),
            models.CheckConstraint(
                condition=Q(uncertain_percent__lte=100, novel_percent__lte=100),
                name="learning_draws_in_hundred",
                violation_error_message="A share cannot be more than 100 percent.",
            ),
            models.CheckConstraint(condition=Q(pk=1), name="one_row_of_desk_settings"),
        ]

    def __str__(self) -> str:
        return "how the desk serves"
