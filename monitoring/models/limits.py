"""The chargeback ratios that you do not want to pass; admins keep them."""

from django.db import models
from django.db.models import Q

from monitoring.domain.schemes import SCHEME_TITLES

SCHEMES = [(scheme, title) for scheme, title in SCHEME_TITLES.items() if scheme != "unknown"]


class ChargebackLimit(models.Model):
    """Your limit for one scheme, or for all of them together; an empty one is no limit."""

    scheme = models.CharField(max_length=20, unique=True, choices=SCHEMES)
    limit = models.FloatField(
        null=True,
        blank=True,
        help_text="As a share of payments: 0.009 is 0.9 %. Empty: no limit is shown.",
    )
    note = models.TextField(blank=True, help_text="Where the limit comes from.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(limit__isnull=True) | Q(limit__gt=0, limit__lte=1),
                name="chargeback_limit_in_unit",
                violation_error_message="The limit is a share above 0 and at most 1.",
            )
        ]

    def __str__(self) -> str:
        return f"limit of {self.get_scheme_display()}"
