"""Exchange rates into the reporting currency."""

from django.db import models


class ExchangeRate(models.Model):
    """One unit of `currency` is worth `rate` units of the reporting currency from then on."""

    currency = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=18, decimal_places=8)
    valid_from = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["currency", "valid_from"], name="one_rate_each"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="rate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.rate}"
