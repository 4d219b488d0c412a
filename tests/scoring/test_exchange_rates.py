"""Amounts in other currencies are worth something in the reporting currency."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from scoring.domain.errors import Problem
from scoring.domain.reference_rates import parse_reference_rates
from scoring.models import ExchangeRate
from scoring.selectors.exchange_rates import converted, rates_at
from scoring.services.exchange_rates import load_reference_rates

TABLE = """
valid_from = 2026-01-01T00:00:00Z
[units_per_euro]
EUR = "1"
USD = "1.25"
JPY = "160"
"""


def test_rates_are_stated_in_the_reporting_currency() -> None:
    table = parse_reference_rates(TABLE, base="EUR")
    assert table.rates == {"USD": Decimal("0.8"), "JPY": Decimal("0.00625")}
    assert table.valid_from == datetime(2026, 1, 1, tzinfo=UTC)


def test_another_reporting_currency_gets_cross_rates() -> None:
    assert parse_reference_rates(TABLE, base="USD").rates["EUR"] == Decimal("1.25")


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("not toml", "invalid_rates"),
        ("valid_from = 2026-01-01T00:00:00Z", "invalid_rates"),
        (TABLE.replace("Z", ""), "invalid_rates"),
        (TABLE.replace('"1.25"', '"-1"'), "invalid_rates"),
        (TABLE.replace('"1.25"', '"much"'), "invalid_rates"),
        (TABLE.replace("USD", "DOLLARS"), "invalid_rates"),
        (TABLE.replace("EUR", "CHF"), "no_exchange_rate"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused(table: str, code: str) -> None:
    with pytest.raises(Problem) as caught:
        parse_reference_rates(table, base="EUR")
    assert caught.value.code == code


@pytest.mark.django_db
def test_a_new_installation_knows_the_usual_currencies(now: datetime) -> None:
    rates = rates_at(now)
    assert rates["EUR"] == 1
    assert converted(Decimal("103.89"), rates["USD"]) == Decimal("100.00")
    assert {"GBP", "JPY", "PLN", "INR", "HRK"} <= rates.keys()


@pytest.mark.django_db
def test_the_newest_rate_that_holds_counts(now: datetime) -> None:
    ExchangeRate.objects.create(currency="USD", rate=Decimal("0.5"), valid_from=now)
    assert rates_at(now)["USD"] == Decimal("0.5")
    assert rates_at(now.replace(hour=1))["USD"] != Decimal("0.5")


@pytest.mark.django_db
def test_a_table_is_loaded_once(tmp_path: Path) -> None:
    path = tmp_path / "rates.toml"
    path.write_text(TABLE)
    assert load_reference_rates(path=path) == 2
    assert load_reference_rates(path=path) == 0
