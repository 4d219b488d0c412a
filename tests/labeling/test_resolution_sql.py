"""The rule in SQL says what the rule in Python says."""

from itertools import count
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labeling.domain.resolution import Claim, meaning, resolve, standing_claims
from labeling.models import Label
from labeling.selectors.claims_taken import standing_as_said
from labeling.selectors.labels import CLAIM_FIELDS, claims_of, resolved_labels
from tests.histories import add_payments, at
from tests.labeling.claims import day, histories

numbers = count(1)
CODES = {"fraud": 1, "legitimate": 0, "unknown": -1}


def store(transaction_id: int, claims: list[Claim], people: dict[int | None, Any]) -> None:
    """Put the claims into the table as they are, whatever service would have written them."""
    stored: dict[int | None, int | None] = {None: None}
    for each in claims:
        fields = {name: getattr(each, name) for name in CLAIM_FIELDS}
        fields["transaction_id"] = transaction_id
        fields["reviewer_id"] = people[each.reviewer_id]
        fields["supersedes_id"] = stored.get(each.supersedes_id)
        # A claim can be replaced once only.
        stored[each.supersedes_id] = None
        stored[each.id] = Label.objects.create(**fields, recorded_at=each.known_at).pk


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(cases=st.lists(histories(4), min_size=1, max_size=10), as_of=st.integers(0, 5))
@pytest.mark.django_db
def test_sql_and_python_resolve_alike(
    cases: list[list[Claim]], as_of: int, alice: Any, bob: Any, lea: Any
) -> None:
    people = {None: None, 1: alice.pk, 2: bob.pk, 3: lea.pk}
    ids = add_payments(
        {"external_id": f"p{next(numbers)}", "occurred_at": at(0), "base_amount": 10} for _ in cases
    )
    for transaction_id, claims in zip(ids, cases, strict=True):
        store(transaction_id, claims, people)
    found = resolved_labels(as_of=day(as_of), transaction_ids=ids)
    told = dict(zip(found.transaction_ids.tolist(), range(len(ids)), strict=False))
    for transaction_id in ids:
        expected = resolve(claims_of(transaction_id), as_of=day(as_of))
        if expected.value is None:
            assert transaction_id not in told
            continue
        row = told[transaction_id]
        assert found.is_fraud[row] == CODES[expected.value]
        assert found.sources[row] == expected.source
        assert found.conflicts[row] == expected.conflict
        assert found.trains[row] == expected.trains
        assert found.heads[row] == expected.heads
        known_at = expected.known_at.replace(tzinfo=None) if expected.known_at else "NaT"
        assert np.array_equal(found.known_at[row], np.datetime64(known_at, "us"), equal_nan=True)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(claims=histories(12))
@pytest.mark.django_db
def test_a_list_of_labels_that_mean_what_they_say_follows_the_rule(
    claims: list[Claim], alice: Any, bob: Any, lea: Any
) -> None:
    (payment,) = add_payments(
        [{"external_id": f"p{next(numbers)}", "occurred_at": at(0), "base_amount": 10}]
    )
    store(payment, claims, {None: None, 1: alice.pk, 2: bob.pk, 3: lea.pk})
    found = set(standing_as_said().filter(transaction_id=payment).values_list("pk", flat=True))
    standing = standing_claims(claims_of(payment))
    assert found == {each.id for each in standing if meaning(each) == each.value}


@pytest.mark.django_db
def test_without_labels_there_is_nothing(now: Any) -> None:
    assert len(resolved_labels(as_of=now).transaction_ids) == 0
