"""Searches for labels that the data contradict, and what they had looked at again."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from labeling.models import SecondReviewDraw
from scoring.models.append_only import APPEND_ONLY


class LabelErrorSearch(models.Model):
    """Asked for by the schedule or a button; `finished_at` is empty until a worker has done it."""

    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    finished_at = models.DateTimeField(null=True)
    labels = models.PositiveIntegerField(default=0, help_text="Labelled payments learned from.")
    frauds = models.PositiveIntegerField(default=0)
    opinions = models.PositiveIntegerField(
        default=0, help_text="Labels that rest on one person's word and were not checked yet."
    )
    doubted = models.PositiveIntegerField(
        default=0, help_text="Of those, so many are less likely than not."
    )
    refused = models.CharField(max_length=200, blank=True, help_text="Why nothing was done.")

    class Meta:
        verbose_name_plural = "label error searches"
        constraints = [
            models.UniqueConstraint(
                fields=["finished_at"],
                condition=Q(finished_at=None),
                nulls_distinct=False,
                name="one_search_waits",
            )
        ]

    def __str__(self) -> str:
        return f"search {self.pk}"


class LabelErrorCandidate(models.Model):
    """One label that was sent to a blind second look, with how likely it seemed."""

    search = models.ForeignKey(
        LabelErrorSearch, on_delete=models.PROTECT, related_name="candidates"
    )
    draw = models.OneToOneField(
        SecondReviewDraw, on_delete=models.PROTECT, related_name="label_error"
    )
    value = models.CharField(max_length=10, help_text="The label at that time.")
    self_confidence = models.FloatField(help_text="Out-of-fold probability of that label.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(self_confidence__gte=0, self_confidence__lte=1),
                name="self_confidence_in_unit",
            )
        ]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"doubt {self.pk} of {self.draw}"
