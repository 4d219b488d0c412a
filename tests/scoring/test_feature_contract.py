"""The sentences of docs/features.md that no other file shows, and that none is without a test."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import connection

from scoring.domain.features import parse_feature_set
from scoring.models import TransactionEvent
from scoring.services.feature_checks import differing
from scoring.services.features import register_feature_set, store_vectors
from scoring.services.intake import accept_items
from tests.histories import START, add_payments, at, know_fraud

ROOT = Path(__file__).resolve().parents[2]
NUMBER = re.compile(r"\bF\d+\b")
pytestmark = pytest.mark.django_db

SETS = iter(range(1_000_000))
SHARE = 'kind = "window", entity = "merchant_id", aggregate = "fraud_share", window = "1d"'


def windows(*features: str) -> Any:
    """Return the stored version of a set with these features."""
    entries = ", ".join(f'{{ name = "f{i}", {text} }}' for i, text in enumerate(features))
    text = f'name = "test"\nfeatures = [ {entries} ]'
    return register_feature_set(feature_set=parse_feature_set(text), now=START)


def customer(aggregate: str, *, window: str = "1d", more: str = "") -> str:
    ending = f", {more}" if more else ""
    return (
        f'kind = "window", entity = "customer_id", aggregate = "{aggregate}",'
        f' window = "{window}"{ending}'
    )


def payment(moment: datetime, amount: str = "10.00", **fields: Any) -> dict[str, Any]:
    own = {"customer_id": "C1", "merchant_id": "M1", "external_id": f"c{next(SETS)}"}
    return {"occurred_at": moment, "base_amount": Decimal(amount), **own, **fields}


def values(payments: list[dict[str, Any]], *features: str) -> list[float]:
    """The features of the last of these payments."""
    ids = add_payments(payments)
    return vector(ids[-1], windows(*features))


def vector(transaction_id: int, version: Any) -> list[float]:
    found = store_vectors(transaction_ids=[transaction_id], feature_set=version, batch_id=None)
    return [float(value) for value in found.values[0]]


def numbers_in_tests() -> Iterator[str]:
    """The numbers in the docstrings of the tests of features."""
    folder = Path(__file__).parent
    patterns = ("test_feature_*.py", "test_*_features.py", "test_hot_entities.py")
    for path in (path for pattern in patterns for path in folder.glob(pattern)):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield from NUMBER.findall(ast.get_docstring(node) or "")


def test_every_sentence_has_a_test_and_every_number_a_sentence() -> None:
    page = (ROOT / "docs" / "features.md").read_text()
    sentences = re.findall(r"^- \*\*(F\d+)\*\*", page, re.MULTILINE)
    assert sentences == [f"F{number}" for number in range(1, len(sentences) + 1)]
    assert set(numbers_in_tests()) == set(sentences)


def test_a_delayed_window_has_the_same_edges() -> None:
    """F2."""
    tick = timedelta(microseconds=1)
    edges = [at(0), at(0) + tick, at(1), at(1) + tick]
    more = 'delay = "7d"'
    found = values([payment(e) for e in edges] + [payment(at(8))], customer("count", more=more))
    assert found == [2]


def test_a_delayed_window_does_not_hold_the_payment() -> None:
    """F3."""
    assert values([payment(at(8))], customer("count", more='delay = "1s"')) == [0]


def test_what_arrives_late_is_seen_by_what_is_computed_afterwards() -> None:
    """F6."""
    (first,) = add_payments([payment(at(1))])
    version = windows(customer("count"))
    assert vector(first, version) == [1]
    add_payments([payment(at(0.9))])
    (second,) = add_payments([payment(at(1))])
    assert vector(second, version) == [3]


def test_a_payment_sent_again_with_another_amount_is_refused(now: datetime) -> None:
    """F7."""
    item = {
        "external_id": "again",
        "occurred_at": at(1).isoformat(),
        "amount": "10",
        "currency": "EUR",
        "customer_id": "C1",
    }
    taken = accept_items([item], now=now)
    again = accept_items([{**item, "amount": "99"}], now=now)
    assert [error.code for error in again.errors] == ["conflict"]
    assert vector(taken.transaction_ids["again"], windows(customer("sum"))) == [10]


def test_events_other_than_a_decline_are_not_read() -> None:
    """F7."""
    ids = add_payments([payment(at(1)), payment(at(1.5))])
    for kind in TransactionEvent.Type.values:
        if kind != "issuer_declined":
            TransactionEvent.objects.create(
                transaction_id=ids[0], type=kind, occurred_at=at(1.1), received_at=at(1.1)
            )
    features = [customer("sum"), customer("declined_share")]
    assert vector(ids[1], windows(*features)) == [20, 0]


def test_a_day_has_no_daylight_saving_time_in_any_session() -> None:
    """F8."""
    after = datetime(2026, 10, 25, 12, tzinfo=UTC)  # the clocks of Berlin went back that night
    earlier = after - timedelta(hours=24) + timedelta(seconds=1)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone TO 'Europe/Berlin'")
    found = values([payment(earlier), payment(after)], customer("count"), 'kind = "hour"')
    assert found == [2, 12]


@pytest.mark.parametrize(
    ("hour", "expected"),
    [(0, [0, 0, 0, 1]), (6, [6, 0, 0, 1]), (7, [7, 0, 0, 0]), (-24, [0, 6, 1, 1])],
)
def test_the_clock_is_that_of_utc(hour: int, expected: list[float]) -> None:
    """F9."""
    monday = datetime(2026, 11, 2, tzinfo=UTC)
    kinds = [f'kind = "{kind}"' for kind in ("hour", "weekday", "weekend", "night")]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone TO 'Pacific/Auckland'")
    assert values([payment(monday + timedelta(hours=hour))], *kinds) == expected


def test_the_same_key_of_another_kind_of_entity_does_not_count() -> None:
    """F10."""
    stranger = payment(at(1), customer_id="C2", merchant_id="C1", card_id="C1")
    assert values([stranger, payment(at(1))], customer("count")) == [1]


def test_values_are_32_bits_in_the_order_of_the_set() -> None:
    """F11."""
    version = windows(customer("max"), customer("count"), 'kind = "tenure"')
    ids = add_payments([payment(at(1), "16777217.00")])
    found = store_vectors(transaction_ids=ids, feature_set=version, batch_id=None).values
    assert found.dtype == np.float32
    assert found[0].tolist()[:2] == [16777216.0, 1.0]
    assert np.isnan(found[0, 2])


def test_cents_are_added_up_exactly() -> None:
    """F12."""
    amounts = ["90000000000000.00", *["0.01"] * 3, "-90000000000000.00"]
    assert values([payment(at(1), a) for a in amounts], customer("sum")) == [np.float32(0.03)]


@pytest.mark.parametrize("aggregate", ["count", "sum", "mean", "max", "amount_ratio"])
def test_without_the_entity_no_window_has_a_value(aggregate: str) -> None:
    """F13."""
    assert np.isnan(values([payment(at(1), customer_id=None)], customer(aggregate))).all()


def test_an_empty_window_has_a_count_and_a_sum_and_no_mean() -> None:
    """F14."""
    features = [customer(name, more='delay = "7d"') for name in ("count", "sum", "mean")]
    found = values([payment(at(8))], *features)
    assert found[:2] == [0, 0]
    assert np.isnan(found[2])


def test_a_ratio_to_nothing_is_missing() -> None:
    """F15."""
    given = [payment(at(1), "5"), payment(at(1), "-5"), payment(at(1), "7")]
    assert np.isnan(values(given, customer("amount_ratio"))).all()


def test_the_largest_amount_may_be_the_payments_own() -> None:
    """F15."""
    assert values([payment(at(1), "5"), payment(at(1), "7")], customer("max")) == [7]


def test_absent_values_are_not_one_more_distinct_value() -> None:
    """F16."""
    given = [payment(at(1), device_id=device) for device in ("A", None, "B", None)]
    assert values(given, customer("distinct", more='other = "device_id"')) == [2]


def test_without_a_value_no_payment_is_the_same() -> None:
    """F17."""
    given = [payment(at(1), device_id="A"), payment(at(1), device_id=None)]
    assert np.isnan(values(given, customer("same", more='other = "device_id"'))).all()


def test_without_an_earlier_payment_no_time_has_passed() -> None:
    """F18."""
    given = [payment(at(1)), payment(at(1))]
    assert np.isnan(values(given, customer("seconds_since_last"))).all()


def test_a_missing_country_does_not_differ() -> None:
    """F20."""
    differs = 'kind = "differs", columns = ["country", "channel"]'
    assert np.isnan(values([payment(at(1), country="DE")], differs)).all()


def test_the_share_is_never_above_one() -> None:
    """F22."""
    ids = add_payments([payment(at(d)) for d in (0.1, 0.2, 1, 2)])
    for transaction_id in ids[:3]:
        know_fraud(transaction_id, at(1.9))
    assert vector(ids[3], windows(f'{SHARE}, delay = "12h"')) == [1]


def test_an_old_payment_counts_where_its_label_is_new() -> None:
    """F23."""
    ids = add_payments([payment(at(-300)), payment(at(1)), payment(at(1.5))])
    know_fraud(ids[0], at(1.2))
    assert vector(ids[2], windows(SHARE)) == [0.5]


def test_a_fraud_that_is_known_again_counts_from_then() -> None:
    """F25."""
    ids = add_payments([payment(at(1)), payment(at(1.5)), payment(at(1.8))])
    know_fraud(ids[0], at(1.1), retracted_at=at(1.2))
    know_fraud(ids[0], at(1.6))
    version = windows(SHARE)
    assert vector(ids[1], version) == [0]
    assert vector(ids[2], version) == [np.float32(1 / 3)]


def test_alone_and_among_many_a_payment_has_the_same_values() -> None:
    """F27."""
    ids = add_payments([payment(at(1, minutes=m), str(m + 1)) for m in range(20)])
    features = [customer("mean"), customer("count", window="1h"), SHARE]
    known = know_fraud(ids[0], at(1, minutes=5))
    together = store_vectors(
        transaction_ids=ids, feature_set=windows(*features), batch_id=None
    ).values
    other = windows(*features, 'kind = "amount"')
    assert known.pk
    assert [vector(i, other)[:3] for i in ids] == together.tolist()


@pytest.mark.parametrize(
    ("stored", "again", "expected"),
    [
        (1.0, 1.0 + 9e-6, False),
        (1.0, 1.0 + 2e-5, True),
        (0.0, 9e-9, False),
        (0.0, 2e-8, True),
        (np.nan, np.nan, False),
        (np.nan, 0.0, True),
    ],
)
def test_the_tolerance_is_relative_and_small(stored: float, again: float, expected: bool) -> None:
    """F29."""
    assert differing(np.array([[stored]]), np.array([[again]])).tolist() == [[expected]]
