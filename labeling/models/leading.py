"""What leads did to the desk, and why."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from scoring.models.append_only import APPEND_ONLY


class SurgeChange(models.Model):
    """Surge on or off; the newest row counts, and an hour that has passed ends it."""

    active = models.BooleanField()
    until = models.DateTimeField(null=True, help_text="When it ends by itself.")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    changed_at = models.DateTimeField()

    class Meta:
        triggers = APPEND_ONLY
        constraints = [
            models.CheckConstraint(
                condition=Q(active=False, until__isnull=True) | Q(active=True, until__isnull=False),
                name="surges_end",
            )
        ]

    def __str__(self) -> str:
        return f"surge {'on' if self.active else 'off'}"


class DeskAction(models.Model):
    """What somebody did to the desk or to a colleague's work, and why. What concerns a case is
    also an event of that case."""

    class Kind(models.TextChoices):
        DUTY = "duty", "Duty"
        LIMITS = "limits", "Limits of a reviewer"
        PAUSE = "pause", "Paused a queue"
        UNPAUSE = "unpause", "Resumed a queue"
        MOVE = "move", "Moved cases"
        REASSIGN = "reassign", "Reassigned a case"
        RESUME = "resume", "Stopped waiting for a customer"
        DISPOSE = "dispose", "Disposed in bulk"
        REOPEN = "reopen", "Reopened a case"
        SURGE = "surge", "Surge"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sentence = models.CharField(max_length=300, help_text="What was done, in words.")
    reason = models.CharField(max_length=200, blank=True)
    occurred_at = models.DateTimeField()
    data = models.JSONField(default=dict)

    class Meta:
        triggers = APPEND_ONLY
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.sentence
