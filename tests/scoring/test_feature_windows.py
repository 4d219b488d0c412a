"""Sliding windows over event time: their edges, delays and what they leave out.

The numbers are those of docs/features.md.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from scoring.domain.features import parse_feature_set
from scoring.models import TransactionEvent
from scoring.services.features import register_feature_set, store_vectors
from tests.histories import START, add_payments, at, know_fraud

pytestmark = pytest.mark.django_db


def value_of_last(feature: str, payments: list[dict[str, Any]], prepare: Any = None) -> float:
    """The value of one feature for the last of these payments."""
    text = f'name = "test"\nfeatures = [ {{ name = "it", kind = "window", {feature} }} ]'
    version = register_feature_set(feature_set=parse_feature_set(text), now=START)
    ids = add_payments(payments)
    if prepare:
        prepare(ids)
    vectors = store_vectors(transaction_ids=[ids[-1]], feature_set=version, batch_id=None)
    return float(vectors.values[0, 0])


def payment(moment: Any, amount: str = "10.00", customer: str | None = "C1", **fields: Any) -> Any:
    return {
        "occurred_at": moment,
        "base_amount": Decimal(amount),
        "customer_id": customer,
        **fields,
    }


COUNT = 'entity = "customer_id", aggregate = "count", window = "1d"'


def test_the_payment_itself_counts() -> None:
    """F3."""
    assert value_of_last(COUNT, [payment(at(1))]) == 1


def test_a_payment_exactly_one_window_ago_is_out() -> None:
    """F1."""
    assert value_of_last(COUNT, [payment(at(0)), payment(at(1))]) == 1


def test_a_payment_a_microsecond_later_than_that_is_in() -> None:
    """F1."""
    earlier = at(0) + timedelta(microseconds=1)
    assert value_of_last(COUNT, [payment(earlier), payment(at(1))]) == 2


def test_payments_of_the_same_moment_see_each_other() -> None:
    """F4."""
    assert value_of_last(COUNT, [payment(at(1)), payment(at(1))]) == 2


def test_later_payments_are_never_seen() -> None:
    """F5."""
    payments = [payment(at(1, seconds=1)), payment(at(1))]
    assert value_of_last(COUNT, payments) == 1


def test_other_customers_do_not_count() -> None:
    """F10."""
    assert value_of_last(COUNT, [payment(at(0.9), customer="C2"), payment(at(1))]) == 1


def test_without_the_entity_the_value_is_missing() -> None:
    """F13."""
    assert np.isnan(value_of_last(COUNT, [payment(at(1), customer=None)]))


def test_the_mean_includes_this_payment() -> None:
    """F15."""
    feature = 'entity = "customer_id", aggregate = "mean", window = "1d"'
    assert value_of_last(feature, [payment(at(0.9), "10.00"), payment(at(1), "20.00")]) == 15


def test_the_ratio_compares_with_the_other_payments() -> None:
    """F15."""
    feature = 'entity = "customer_id", aggregate = "amount_ratio", window = "30d"'
    payments = [payment(at(1), "10"), payment(at(2), "30"), payment(at(3), "100")]
    assert value_of_last(feature, payments) == 5


def test_the_ratio_of_a_first_payment_is_missing() -> None:
    """F15."""
    feature = 'entity = "customer_id", aggregate = "amount_ratio", window = "30d"'
    assert np.isnan(value_of_last(feature, [payment(at(3), "100")]))


def test_distinct_counts_values_of_another_column() -> None:
    """F16."""
    feature = 'entity = "customer_id", aggregate = "distinct", other = "merchant_id", window = "1d"'
    payments = [payment(at(1), merchant_id=merchant) for merchant in ("A", "B", "A")]
    assert value_of_last(feature, payments) == 2


def test_same_counts_earlier_payments_on_the_same_device() -> None:
    """F17."""
    feature = 'entity = "customer_id", aggregate = "same", other = "device_id", window = "30d"'
    payments = [payment(at(d), device_id=device) for d, device in ((1, "A"), (2, "B"), (3, "A"))]
    assert value_of_last(feature, payments) == 1


def test_seconds_since_last_skips_payments_of_the_same_moment() -> None:
    """F18."""
    feature = 'entity = "customer_id", aggregate = "seconds_since_last", window = "30d"'
    payments = [payment(at(1)), payment(at(1, seconds=90)), payment(at(1, seconds=90))]
    assert value_of_last(feature, payments) == 90


def test_seconds_since_first_reaches_back_for_ever() -> None:
    """F18."""
    feature = 'entity = "customer_id", aggregate = "seconds_since_first"'
    payments = [payment(at(-400)), payment(at(-1)), payment(at(0))]
    assert value_of_last(feature, payments) == 400 * 86400


def test_the_declined_share_knows_only_declines_of_the_past() -> None:
    """F19."""
    feature = 'entity = "card_id", aggregate = "declined_share", window = "1d"'
    payments = [payment(at(1, minutes=minute), card_id="K") for minute in range(4)]

    def decline_two(ids: list[int]) -> None:
        for transaction_id, moment in ((ids[0], at(1)), (ids[1], at(2))):
            TransactionEvent.objects.create(
                transaction_id=transaction_id,
                type="issuer_declined",
                occurred_at=moment,
                received_at=moment,
            )

    assert value_of_last(feature, payments, decline_two) == 0.25


SHARE = 'entity = "merchant_id", aggregate = "fraud_share", window = "1d", delay = "7d"'


def fraud_payments() -> list[dict[str, Any]]:
    """Two payments a week before the last one, all at one merchant."""
    return [payment(at(d), merchant_id="M") for d in (0.5, 0.6, 7.7)]


def test_the_fraud_share_counts_frauds_that_became_known_in_the_window() -> None:
    """F22."""
    assert value_of_last(SHARE, fraud_payments(), lambda ids: know_fraud(ids[0], at(7.5))) == 0.5


def test_a_fraud_known_later_than_the_payment_does_not_count() -> None:
    """F23."""
    assert value_of_last(SHARE, fraud_payments(), lambda ids: know_fraud(ids[0], at(7.8))) == 0


def test_a_fraud_known_before_the_window_does_not_count() -> None:
    """F22."""
    assert value_of_last(SHARE, fraud_payments(), lambda ids: know_fraud(ids[0], at(6.6))) == 0


def test_a_retracted_fraud_does_not_count() -> None:
    """F24."""

    def know_and_retract(ids: list[int]) -> None:
        know_fraud(ids[0], at(7.5), retracted_at=at(7.6))

    assert value_of_last(SHARE, fraud_payments(), know_and_retract) == 0


def test_a_fraud_retracted_later_still_counted_then() -> None:
    """F24."""

    def know_and_retract(ids: list[int]) -> None:
        know_fraud(ids[0], at(7.5), retracted_at=at(9))

    assert value_of_last(SHARE, fraud_payments(), know_and_retract) == 0.5


def test_the_label_of_a_payment_never_explains_itself() -> None:
    """F26."""
    assert value_of_last(SHARE, fraud_payments(), lambda ids: know_fraud(ids[2], at(7.7))) == 0


def test_the_share_of_a_merchant_without_payments_is_zero() -> None:
    """F22."""
    assert value_of_last(SHARE, fraud_payments()[2:]) == 0
