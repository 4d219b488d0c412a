"""Whatever is claimed in whatever order, the fraud windows hold what the labels amount to."""

from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from django.db.models import Q
from hypothesis import HealthCheck, given, settings

from labeling.domain.resolution import Claim, fraud_intervals
from labeling.models import Label
from labeling.selectors.labels import claims_of, resolved_label
from labeling.services.labels import record_labels
from scoring.models import KnownFraud
from tests.histories import add_payments, at
from tests.labeling.claims import day, histories

numbers = count(1)
ALLOWED = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def payment() -> int:
    return add_payments(
        [{"external_id": f"k{next(numbers)}", "occurred_at": at(-5), "base_amount": 10}]
    )[0]


def stored(claim: Claim, transaction_id: int, people: dict[int | None, Any], ids: Any) -> Claim:
    """Return the claim as it can be stored: about that payment, by real people."""
    return replace(
        claim,
        id=None,
        transaction_id=transaction_id,
        reviewer_id=people[claim.reviewer_id],
        # A claim can be replaced once only.
        supersedes_id=ids.pop(claim.supersedes_id, None),
    )


@ALLOWED
@given(claims=histories(5))
@pytest.mark.django_db
def test_one_by_one(claims: list[Claim], alice: Any, bob: Any, lea: Any) -> None:
    people = {None: None, 1: alice.pk, 2: bob.pk, 3: lea.pk}
    transaction_id, ids = payment(), {}
    for claim in sorted(claims, key=lambda each: each.known_at):
        told = stored(claim, transaction_id, people, ids)
        record_labels(claims=[told], now=claim.known_at)
        ids[claim.id] = Label.objects.latest("pk").pk
        moment = claim.known_at
        stands = Q(retracted_at__isnull=True)
        known = KnownFraud.objects.filter(stands, transaction_id=transaction_id).exists()
        assert known == (resolved_label(transaction_id, as_of=moment).value == "fraud")


@ALLOWED
@given(claims=histories(5))
@pytest.mark.django_db
def test_all_at_once(claims: list[Claim], alice: Any, bob: Any, lea: Any) -> None:
    people = {None: None, 1: alice.pk, 2: bob.pk, 3: lea.pk}
    transaction_id = payment()
    told = [stored(claim, transaction_id, people, {}) for claim in claims]
    record_labels(claims=told, now=day(9))
    rows = KnownFraud.objects.filter(transaction_id=transaction_id).order_by("known_at")
    found = list(rows.values_list("known_at", "retracted_at"))
    assert found == fraud_intervals(claims_of(transaction_id))
