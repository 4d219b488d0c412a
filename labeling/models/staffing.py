"""When the desk is staffed."""

from functools import cache
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q


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
