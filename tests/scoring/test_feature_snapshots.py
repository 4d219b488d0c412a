"""A vector can be computed again as of its snapshot, whatever was open then or came since."""

from typing import Any

import numpy as np
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from scoring.domain.features import FeatureSet, parse_feature_set
from scoring.models import KnownFraud
from scoring.services.features import (
    computed_vectors,
    recomputed_vectors,
    register_feature_set,
    store_vectors,
)
from tests.histories import START, add_payments, at, know_fraud
from tests.scoring.feature_histories import Told, examples, feature_sets, histories
from tests.scoring.stored_histories import as_read, assert_equal, history_of, stored, tell

TEXT = """
name = "test"
features = [
  { name = "count", kind = "window", entity = "customer_id", aggregate = "count", window = "1d" },
  { name = "frauds", kind = "window", entity = "customer_id", aggregate = "fraud_share", window = "1d" },
  { name = "declined", kind = "window", entity = "customer_id", aggregate = "declined_share", window = "1d" },
]
"""  # noqa: E501 (a table)


def payment(name: str, days: float) -> dict[str, Any]:
    return {
        "external_id": name,
        "occurred_at": at(days),
        "base_amount": 10,
        "customer_id": "C1",
    }


def test_what_was_open_is_not_seen_and_what_is_committed_later_neither(committed_db: str) -> None:
    """F28."""
    version = register_feature_set(feature_set=parse_feature_set(TEXT), now=START)
    first, second = add_payments([payment("a", 1), payment("b", 1.5)])
    with connection.copy().cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(
            "INSERT INTO scoring_transactionevent (transaction_id, type, occurred_at, received_at)"
            " VALUES (%s, 'issuer_declined', %s, %s)",
            [first, at(1), at(1)],
        )
        seen = store_vectors(transaction_ids=[second], feature_set=version, batch_id=None)
        cursor.execute("COMMIT")
        cursor.connection.close()
    add_payments([payment("late", 1.4)])
    know_fraud(first, at(1.1))
    again = recomputed_vectors([second], parse_feature_set(TEXT), seen.snapshot)
    assert seen.values.tolist() == again.values.tolist() == [[2, 0, 0]]
    third = np.float32(1 / 3)
    now = computed_vectors([second], parse_feature_set(TEXT))
    assert now.values.tolist() == [[3, third, third]]


def test_a_retraction_that_came_later_is_not_seen(committed_db: str) -> None:
    """F28."""
    version = register_feature_set(feature_set=parse_feature_set(TEXT), now=START)
    first, second = add_payments([payment("a", 1), payment("b", 1.5)])
    know_fraud(first, at(1.1))
    seen = store_vectors(transaction_ids=[second], feature_set=version, batch_id=None)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE scoring_knownfraud SET retracted_at = %s, retracted_xid = pg_current_xact_id()",
            [at(1.2)],
        )
    assert KnownFraud.objects.filter(retracted_at__isnull=False).exists()
    again = recomputed_vectors([second], parse_feature_set(TEXT), seen.snapshot)
    assert seen.values.tolist() == again.values.tolist() == [[2, 0.5, 0]]
    assert computed_vectors([second], parse_feature_set(TEXT)).values.tolist() == [[2, 0, 0]]


def test_random_histories_are_seen_again_as_they_were(committed_db: str) -> None:
    """F28."""

    @examples(15)
    @given(feature_set=feature_sets(plain=False), drawn=histories(8), data=st.data())
    def check(
        feature_set: FeatureSet, drawn: list[tuple[dict[str, Any], Told]], data: st.DataObject
    ) -> None:
        cut = data.draw(st.integers(1, len(drawn)))
        payments, what = stored(drawn[:cut]), [told for _, told in drawn[:cut]]
        told_of = data.draw(st.sets(st.integers(0, cut - 1)))
        for index in told_of:
            tell(payments[index], what[index])
        ids = [payment["id"] for payment in payments]
        seen = computed_vectors(ids, feature_set)
        known = [told if index in told_of else Told() for index, told in enumerate(what)]
        expected = as_read(feature_set, payments, history_of(payments, known))
        for index in set(range(cut)) - told_of:
            tell(payments[index], what[index])
        stored(drawn[cut:])
        again = recomputed_vectors(ids, feature_set, seen.snapshot)
        assert_equal(seen.values, expected)
        np.testing.assert_array_equal(again.values, seen.values)

    check()
