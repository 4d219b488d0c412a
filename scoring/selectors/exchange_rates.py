"""What one unit of a currency is worth in the reporting currency."""

from datetime import datetime
from decimal import Decimal

from django.conf import settings

from scoring.models import ExchangeRate

CENT = Decimal("0.01")


def rates_at(moment: datetime) -> dict[str, Decimal]:
    """Return the rate of each currency that has one at `moment`; the reporting currency is 1."""
    rows = (
        ExchangeRate.objects.filter(valid_from__lte=moment)
        .order_by("currency", "-valid_from")
        .distinct("currency")
        .values_list("currency", "rate")
    )
    return {**dict(rows), settings.FRAUDREVIEW_BASE_CURRENCY: Decimal(1)}


def converted(amount: Decimal, rate: Decimal) -> Decimal:
    """Return `amount` in the reporting currency, in whole cents."""
    return (amount * rate).quantize(CENT)
