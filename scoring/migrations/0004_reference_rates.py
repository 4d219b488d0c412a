"""A first table of exchange rates, so that a new installation knows the usual currencies."""

from pathlib import Path

from django.conf import settings
from django.db import migrations

from scoring.domain.errors import Problem
from scoring.domain.reference_rates import parse_reference_rates

TABLE = Path(__file__).resolve().parent.parent / "reference_rates" / "2024-12-31.toml"


def add_rates(apps, schema_editor):
    try:
        table = parse_reference_rates(TABLE.read_text(), base=settings.FRAUDREVIEW_BASE_CURRENCY)
    except Problem:
        # A reporting currency that the table does not know starts with no rates at all.
        return
    model = apps.get_model("scoring", "ExchangeRate")
    model.objects.bulk_create(
        [
            model(currency=currency, rate=rate, valid_from=table.valid_from)
            for currency, rate in table.rates.items()
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("scoring", "0003_first_policy")]
    operations = [migrations.RunPython(add_rates, migrations.RunPython.noop)]
