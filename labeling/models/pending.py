"""A verdict between its key and its commit: for ten seconds it can be taken back."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from labeling.models.tasks import ReviewTask


class PendingVerdict(models.Model):
    """What a reviewer said of a task that is `pending`; only its end is written later.

    `judgements` holds, by item id, value, reason code and note.
    """

    class End(models.TextChoices):
        COMMITTED = "committed", "Committed"
        UNDONE = "undone", "Taken back"
        REFUSED = "refused", "Could not be recorded"

    task = models.ForeignKey(ReviewTask, on_delete=models.PROTECT, related_name="pending_verdicts")
    token = models.PositiveBigIntegerField()
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    judgements = models.JSONField()
    disposition = models.CharField(max_length=10, blank=True)
    active_seconds = models.FloatField(null=True)
    given_at = models.DateTimeField()
    commits_at = models.DateTimeField()
    end = models.CharField(max_length=10, choices=End.choices, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task"], condition=Q(end=""), name="one_pending_verdict_per_task"
            ),
            models.CheckConstraint(
                condition=Q(end="", ended_at__isnull=True)
                | (~Q(end="") & Q(ended_at__isnull=False)),
                name="ended_pending_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["commits_at"], condition=Q(end=""), name="pending_commit"),
            models.Index(fields=["reviewer", "given_at"], name="pending_reviewer"),
        ]

    def __str__(self) -> str:
        return f"pending verdict on task {self.task_id}"
