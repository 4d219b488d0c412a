"""Labels are written in one place, and the fraud windows hear of it at once."""

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from labeling.domain.resolution import Claim
from labeling.models import Label
from labeling.selectors.labels import resolved_label, timeline_of
from labeling.services.labels import record_labels
from scoring.models import KnownFraud
from tests.histories import add_payments, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment() -> int:
    return add_payments(
        [{"occurred_at": at(0), "base_amount": 10, "card_id": "K", "merchant_id": "M"}]
    )[0]


def say(transaction_id: int, value: str, source: str, known_at: datetime, **fields: Any) -> int:
    claim = Claim(transaction_id, value, source, known_at, **fields)
    return record_labels(claims=[claim], now=known_at)


def test_a_claim_becomes_a_label(payment: int) -> None:
    assert say(payment, "fraud", "chargeback", at(3), reason="10.4", occurred_at=at(2)) == 1
    label = Label.objects.get()
    assert (label.value, label.source, label.reason) == ("fraud", "chargeback", "10.4")
    assert (label.occurred_at, label.known_at, label.recorded_at) == (at(2), at(3), at(3))


def test_fraud_becomes_known_with_the_entities_of_its_payment(payment: int) -> None:
    say(payment, "fraud", "chargeback", at(3))
    known = KnownFraud.objects.get()
    assert (known.transaction_id, known.card_id, known.merchant_id) == (payment, "K", "M")
    assert (known.occurred_at, known.known_at, known.retracted_at) == (at(0), at(3), None)


def test_a_legitimate_payment_is_no_known_fraud(payment: int) -> None:
    say(payment, "legitimate", "matured", at(3))
    assert not KnownFraud.objects.exists()


def test_a_second_chargeback_adds_no_second_fraud(payment: int) -> None:
    say(payment, "fraud", "fraud_report", at(3))
    say(payment, "fraud", "chargeback", at(9))
    assert KnownFraud.objects.get().known_at == at(3)


def test_a_reversal_retracts_the_fraud_and_keeps_the_row(payment: int) -> None:
    say(payment, "fraud", "chargeback", at(3))
    say(payment, "legitimate", "dispute_reversal", at(5))
    known = KnownFraud.objects.get()
    assert (known.known_at, known.retracted_at) == (at(3), at(5))
    assert KnownFraud.objects.filter(retracted_xid__isnull=False).exists()


def test_a_fraud_that_is_known_again_gets_a_new_row(payment: int) -> None:
    say(payment, "fraud", "fraud_report", at(3))
    say(payment, "legitimate", "customer_confirmation", at(4))
    say(payment, "fraud", "chargeback", at(5))
    intervals = KnownFraud.objects.order_by("known_at").values_list("known_at", "retracted_at")
    assert list(intervals) == [(at(3), at(4)), (at(5), None)]


def test_history_that_arrives_at_once_leaves_its_intervals(payment: int) -> None:
    record_labels(
        claims=[
            Claim(payment, "fraud", "fraud_report", at(3)),
            Claim(payment, "legitimate", "customer_confirmation", at(4)),
        ],
        now=at(9),
    )
    known = KnownFraud.objects.get()
    assert (known.known_at, known.retracted_at) == (at(3), at(4))


def test_a_weaker_claim_does_not_retract(payment: int) -> None:
    say(payment, "fraud", "chargeback", at(3))
    say(payment, "legitimate", "verdict", at(5))
    assert KnownFraud.objects.get().retracted_at is None
    assert resolved_label(payment, as_of=at(9)).conflict


def test_a_replaced_verdict_retracts(payment: int, alice: Any) -> None:
    say(payment, "fraud", "verdict", at(3), reviewer_id=alice.pk)
    first = Label.objects.get()
    say(payment, "legitimate", "verdict", at(3), reviewer_id=alice.pk, supersedes_id=first.pk)
    assert KnownFraud.objects.get().retracted_at == at(3)


def test_labels_cannot_be_edited(payment: int) -> None:
    say(payment, "fraud", "chargeback", at(3))
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Label.objects.update(value="legitimate")


def test_a_payment_that_does_not_exist_is_refused() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        say(404, "fraud", "chargeback", at(3))
        transaction.get_connection().check_constraints()


def test_the_timeline_shows_what_was_replaced(payment: int, alice: Any) -> None:
    say(payment, "fraud", "verdict", at(3), reviewer_id=alice.pk)
    first = Label.objects.get()
    say(payment, "unknown", "verdict", at(4), reviewer_id=alice.pk, supersedes_id=first.pk)
    entries = timeline_of(payment).entries
    assert [(entry.label.value, entry.step.replaced) for entry in entries] == [
        ("fraud", True),
        ("unknown", False),
    ]
    assert entries[0].label.reviewer == alice
