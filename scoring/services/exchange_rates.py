"""Exchange rates by the table; single ones are added in the admin."""

from pathlib import Path

from django.conf import settings

from scoring.domain.reference_rates import parse_reference_rates
from scoring.models import ExchangeRate


def load_reference_rates(*, path: Path) -> int:
    """Add the rates of a dated table and return how many were new; known ones stay.

    Raises Problem for a table that cannot be read, OSError for a file that cannot.
    """
    table = parse_reference_rates(path.read_text(), base=settings.FRAUDREVIEW_BASE_CURRENCY)
    before = ExchangeRate.objects.count()
    ExchangeRate.objects.bulk_create(
        [
            ExchangeRate(currency=currency, rate=rate, valid_from=table.valid_from)
            for currency, rate in table.rates.items()
        ],
        ignore_conflicts=True,
    )
    return ExchangeRate.objects.count() - before
