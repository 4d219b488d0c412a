"""Features of free attributes: numbers, flags, dates, categories and distances."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from scoring.domain.features import parse_feature_set
from scoring.models import TransactionDetails
from scoring.services.features import register_feature_set, store_vectors
from tests.histories import START, add_payments, at

pytestmark = pytest.mark.django_db


def value(feature: str, attributes: dict[str, Any], **fields: Any) -> float:
    text = f'name = "test"\nfeatures = [ {{ name = "it", {feature} }} ]'
    version = register_feature_set(feature_set=parse_feature_set(text), now=START)
    ids = add_payments([{"occurred_at": at(1), "base_amount": Decimal(5), **fields}])
    TransactionDetails.objects.create(transaction_id=ids[0], attributes=attributes)
    vectors = store_vectors(transaction_ids=ids, feature_set=version, batch_id=None)
    return float(vectors.values[0, 0])


NUMBER = 'kind = "number", attribute = "basket size"'


@pytest.mark.parametrize(
    ("given", "expected"), [(3, 3), ("2.5", 2.5), ("-1e2", -100), (0.25, 0.25), (True, np.nan)]
)
def test_a_number_is_read_from_json_numbers_and_text(given: Any, expected: float) -> None:
    assert value(NUMBER, {"basket size": given}) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    "given", ["", "many", "1e999", "\u0663", "\u00a01", "0x10", "1;2", "NaN", "infinity"]
)
def test_text_that_is_no_number_is_missing(given: str) -> None:
    """F21."""
    assert np.isnan(value(NUMBER, {"basket size": given}))


def test_an_absent_attribute_is_missing() -> None:
    assert np.isnan(value(NUMBER, {}))


@pytest.mark.parametrize(("given", "expected"), [(True, 1), ("no", 0), ("1", 1), (False, 0)])
def test_a_flag_is_one_or_zero(given: Any, expected: int) -> None:
    assert value('kind = "flag", attribute = "gift"', {"gift": given}) == expected


def test_a_date_becomes_days_before_the_payment() -> None:
    born = at(1).replace(year=2025).date().isoformat()
    assert value('kind = "date", attribute = "born"', {"born": born}) == 365


@pytest.mark.parametrize(
    "given", ["yesterday", "2026-13-01", "2026-00-10", "2026-02-30", "2026-04-31", "0000-01-01", ""]
)
def test_text_that_is_no_date_is_missing(given: str) -> None:
    """F21."""
    assert np.isnan(value('kind = "date", attribute = "born"', {"born": given}))


CATEGORY = 'kind = "category", column = "channel", levels = ["web", "app"]'


@pytest.mark.parametrize(("channel", "expected"), [("web", 0), ("app", 1), ("fax", 2)])
def test_a_category_is_its_place_and_others_come_last(channel: str, expected: int) -> None:
    """F20."""
    assert value(CATEGORY, {}, channel=channel) == expected


def test_a_category_without_value_is_missing() -> None:
    """F20."""
    assert np.isnan(value(CATEGORY, {}))


def test_a_level_with_a_quote_and_a_percent_sign_is_only_text() -> None:
    feature = """kind = "category", attribute = "shop", levels = ["O'Neil 100%"]"""
    assert value(feature, {"shop": "O'Neil 100%"}) == 0


def test_a_distance_is_in_kilometres() -> None:
    feature = 'kind = "distance", attributes = ["lat", "lon", "shop_lat", "shop_lon"]'
    leipzig_to_rotterdam = {"lat": 51.34, "lon": 12.37, "shop_lat": 51.92, "shop_lon": 4.48}
    assert value(feature, leipzig_to_rotterdam) == pytest.approx(547, abs=3)


@pytest.mark.parametrize("latitude", [90.5, -120, 1e9])
def test_a_place_beyond_the_poles_has_no_distance(latitude: float) -> None:
    """F21."""
    feature = 'kind = "distance", attributes = ["lat", "lon", "shop_lat", "shop_lon"]'
    nowhere = {"lat": latitude, "lon": 12.37, "shop_lat": 51.92, "shop_lon": 4.48}
    assert np.isnan(value(feature, nowhere))


@pytest.mark.parametrize("missing", ["lat", "lon", "shop_lat", "shop_lon"])
def test_a_distance_needs_both_places(missing: str) -> None:
    """F21."""
    feature = 'kind = "distance", attributes = ["lat", "lon", "shop_lat", "shop_lon"]'
    places = {"lat": 1, "lon": 2, "shop_lat": 3, "shop_lon": 4}
    assert np.isnan(value(feature, {**places, missing: None}))
