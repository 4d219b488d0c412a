"""The desk itself: when it is staffed, and what leads did to it."""

from functools import cache
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from scoring.models.append_only import APPEND_ONLY


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def check_zone(name: str) -> None:
    """Raises ValidationError for a time zone that nobody knows."""
    if name not in _zones():
        raise ValidationError(f"No time zone is named {name}; write it like Europe/Berlin.")


class StaffedHours(models.Model):
    """Hours of one weekday at which the desk is staffed. No row at all means: day and night."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, "Monday"
        TUESDAY = 1, "Tuesday"
        WEDNESDAY = 2, "Wednesday"
        THURSDAY = 3, "Thursday"
        FRIDAY = 4, "Friday"
        SATURDAY = 5, "Saturday"
        SUNDAY = 6, "Sunday"

    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    begins = models.TimeField()
    ends = models.TimeField(
        help_text="Not after the beginning: past midnight, so 22:00 to 06:00 is a night."
    )
    time_zone = models.CharField(
        max_length=50,
        default="UTC",
        validators=[check_zone],
        help_text="Whose clocks these are, like Europe/Berlin.",
    )

    class Meta:
        ordering = ["weekday", "begins"]
        verbose_name_plural = "staffed hours"
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="weekday_of_a_week")
        ]

    def __str__(self) -> str:
        weekday = self.get_weekday_display()
        return f"{weekday} {self.begins:%H:%M} to {self.ends:%H:%M} ({self.time_zone})"


class ClosedDay(models.Model):
    """A day on which no staffed hours begin, like a holiday."""

    day = models.DateField(unique=True)
    title = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.title}".strip()


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
