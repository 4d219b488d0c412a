"""On random histories the SQL says what a slow reading of docs/features.md says."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.domain.features import FeatureSet
from scoring.services.features import computed_vectors
from tests.scoring.feature_histories import Told, examples, feature_sets, histories
from tests.scoring.stored_histories import as_read, assert_equal, history_of, stored, tell


@pytest.mark.django_db
@examples(60)
@given(feature_set=feature_sets(), drawn=histories())
def test_every_vector_is_what_the_contract_says(
    feature_set: FeatureSet, drawn: list[tuple[dict[str, Any], Told]]
) -> None:
    """F1, F2, F3, F4, F5, F10, F13."""
    payments = stored(drawn)
    what = [told for _, told in drawn]
    for payment, told in zip(payments, what, strict=True):
        tell(payment, told)
    found = computed_vectors([payment["id"] for payment in payments], feature_set)
    assert_equal(found.values, as_read(feature_set, payments, history_of(payments, what)))


@pytest.mark.django_db
@examples(60)
@given(feature_set=feature_sets(plain=False), drawn=histories(), data=st.data())
def test_a_vector_sees_what_has_arrived_and_nothing_else(
    feature_set: FeatureSet, drawn: list[tuple[dict[str, Any], Told]], data: st.DataObject
) -> None:
    """F6, F27."""
    cut = data.draw(st.integers(1, len(drawn)))
    before = stored(drawn[:cut])
    what = [told for _, told in drawn[:cut]]
    told_of = data.draw(st.sets(st.integers(0, cut - 1)))
    for index in told_of:
        tell(before[index], what[index])
    known = [told if index in told_of else Told() for index, told in enumerate(what)]
    for payment in before:
        found = computed_vectors([payment["id"]], feature_set)
        assert_equal(found.values, as_read(feature_set, [payment], history_of(before, known)))
