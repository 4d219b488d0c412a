"""Payments with labels as arrays: what was known then, and which days can teach."""

from datetime import timedelta

import numpy as np
import pytest

from labeling.domain.resolution import Claim
from labeling.services.labels import record_labels
from monitoring.domain.dataset import GIVEN, WITHHELD, Dataset, on_labelled_days
from monitoring.selectors.dataset import last_payment_at, payments_between
from scoring.models import Disposition, TransactionEvent
from tests.histories import add_payments, at
from tests.monitoring.decided import Answers, add_decided
from tests.monitoring.labelled import add_labelled_payments

WEEK = (at(0), at(7))


def payment(number, day, **fields):
    return {"external_id": f"p{number}", "occurred_at": at(day), "base_amount": 10.5, **fields}


def claimed(transaction, value, day, source="import", **fields):
    claim = Claim(transaction, value, source, at(day), **fields)
    record_labels(claims=[claim], now=at(day))


@pytest.mark.django_db
def test_payments_come_in_the_order_of_time_with_their_labels():
    late, early = add_payments([payment(0, 2.0), payment(1, 1.0)])
    claimed(late, "fraud", 3)
    claimed(early, "legitimate", 3)
    rows = payments_between(*WEEK, as_of=at(9))
    assert rows.transaction_ids.tolist() == [early, late]
    assert rows.labels.tolist() == [0, 1]
    assert rows.amounts.tolist() == [10.5, 10.5]
    assert rows.occurred_at[0] == np.datetime64(at(1).replace(tzinfo=None))
    assert rows.source_counts() == {"import": 2}


@pytest.mark.django_db
def test_a_label_that_was_not_known_then_is_not_used():
    (transaction,) = add_payments([payment(0, 1)])
    claimed(transaction, "fraud", 5)
    assert payments_between(*WEEK, as_of=at(4)).labels.tolist() == [-1]
    assert payments_between(*WEEK, as_of=at(5)).labels.tolist() == [1]


@pytest.mark.django_db
def test_what_may_not_teach_has_no_label():
    unknown, friendly, silent = add_payments([payment(n, 1) for n in range(3)])
    claimed(unknown, "unknown", 2)
    claimed(friendly, "fraud", 2, source="chargeback", fraud_type="friendly_fraud")
    rows = payments_between(*WEEK, as_of=at(9))
    assert rows.transaction_ids.tolist() == [unknown, friendly, silent]
    assert rows.labels.tolist() == [-1, -1, -1]
    assert len(rows.labelled()) == 0


@pytest.mark.django_db
def test_a_card_is_the_card_else_the_customer_else_the_payment_itself():
    add_payments(
        [
            payment(0, 1, card_id="x", customer_id="c"),
            payment(1, 2, card_id="x"),
            payment(2, 3, customer_id="c"),
            payment(3, 4),
            payment(4, 5),
        ]
    )
    cards = payments_between(*WEEK, as_of=at(9)).cards
    assert cards[0] == cards[1]
    assert len(set(cards.tolist())) == 4


@pytest.mark.django_db
def test_a_window_holds_its_start_and_not_its_end():
    add_payments([payment(0, 0), payment(1, 7)])
    assert len(payments_between(*WEEK, as_of=at(9))) == 1


def labels_of(rows):
    return dict(zip(rows.transaction_ids.tolist(), rows.labels.tolist(), strict=True))


@pytest.fixture
def decided(send, decide_now, now, dana):
    """Payments that were held at `now`, which is soon after, and then released."""
    ids = [send(f"live{number}").pk for number in range(2)]
    decide_now()
    for transaction in ids:
        dispose(transaction, "release", dana, now)
    return ids, (now - timedelta(days=1), now + timedelta(days=1))


def dispose(transaction, action, actor, now):
    Disposition.objects.create(
        transaction_id=transaction, action=action, cause="override", actor=actor, disposed_at=now
    )


@pytest.mark.django_db
def test_a_month_of_silence_after_the_release_means_legitimate(decided, now):
    _, window = decided
    young = payments_between(*window, as_of=now + timedelta(days=29))
    assert young.labels.tolist() == [-1, -1]
    mature = payments_between(*window, as_of=now + timedelta(days=31))
    assert (mature.labels.tolist(), mature.source_counts()) == ([0, 0], {"matured": 2})


@pytest.mark.django_db
def test_silence_does_not_outweigh_what_somebody_said(decided, now):
    ids, window = decided
    for transaction, value in zip(ids, ("fraud", "unknown"), strict=True):
        claim = Claim(transaction, value, "verdict", now)
        record_labels(claims=[claim], now=now)
    rows = payments_between(*window, as_of=now + timedelta(days=31))
    assert rows.labels.tolist() == [1, -1]


@pytest.mark.django_db
def test_silence_about_a_declined_payment_says_nothing(decided, now, dana):
    ids, window = decided
    dispose(ids[0], "decline", dana, now)
    assert labels_of(payments_between(*window, as_of=now + timedelta(days=31))) == {
        ids[0]: -1,
        ids[1]: 0,
    }


def happened(transaction, what, at_):
    TransactionEvent.objects.create(
        transaction_id=transaction, type=what, occurred_at=at_, received_at=at_
    )


@pytest.mark.django_db
def test_silence_about_a_refunded_payment_says_nothing(decided, now):
    (refunded, other), window = decided
    happened(refunded, "refunded", now + timedelta(days=3))
    assert labels_of(payments_between(*window, as_of=now + timedelta(days=40))) == {
        refunded: -1,
        other: 0,
    }


@pytest.mark.django_db
def test_where_captures_are_told_silence_about_one_without_says_nothing(decided, now):
    (captured, never), window = decided
    happened(captured, "captured", now + timedelta(hours=1))
    assert labels_of(payments_between(*window, as_of=now + timedelta(days=40))) == {
        captured: 0,
        never: -1,
    }


@pytest.mark.django_db
def test_only_audits_of_blocked_payments_stand_for_others():
    looked = Answers(fraud=1)
    drawn = [
        add_decided(outcome, 1, at=at(1), answers=looked, propensity=propensity)[0]
        for outcome, propensity in (("block", 0.25), ("block", 0.01), ("approve", 0.1))
    ]
    held = add_decided("review", 1, at=at(1), answers=looked)[0]
    (undrawn,) = add_decided("block", 1, at=at(1), propensity=0.25)
    claimed(undrawn, "fraud", 2, source="appeal")
    rows = payments_between(*WEEK, as_of=at(9))
    found = dict(zip(rows.transaction_ids.tolist(), rows.weights.tolist(), strict=True))
    assert [found[number] for number in (*drawn, held, undrawn)] == [4, 20, 1, 1, 1]


@pytest.mark.django_db
def test_a_decision_that_came_later_was_not_known_then():
    add_decided("block", 1, at=at(2), occurred_at=at(1), received_at=at(1))
    assert payments_between(*WEEK, as_of=at(3)).blocked.tolist() == [True]
    assert payments_between(*WEEK, as_of=at(1.5)).blocked.tolist() == [False]
    assert len(payments_between(*WEEK, as_of=at(0.5))) == 0


@pytest.mark.django_db
def test_silence_about_a_payment_that_is_still_held_says_nothing(send, decide_now, now):
    send("held")
    decide_now()
    window = (now - timedelta(days=1), now + timedelta(days=1))
    assert payments_between(*window, as_of=now + timedelta(days=31)).labels.tolist() == [-1]


@pytest.mark.django_db
def test_silence_about_imported_history_says_nothing():
    add_payments([payment(0, 1)])
    assert payments_between(*WEEK, as_of=at(400)).labels.tolist() == [-1]


@pytest.mark.django_db
def test_an_empty_window_is_an_empty_dataset():
    rows = payments_between(*WEEK, as_of=at(9))
    assert len(rows) == 0
    assert len(rows.where(on_labelled_days(rows))) == 0


@pytest.mark.django_db
def test_the_last_payment_is_found():
    assert last_payment_at(at(9), as_of=at(9)) is None
    add_labelled_payments(days=2, per_day=5)
    last = last_payment_at(at(9), as_of=at(9))
    assert at(1) < last < at(2)
    assert last_payment_at(last, as_of=at(9)) < last


def days_of(*days):
    """A dataset of (day, label, blocked)."""
    day, labels, blocked = (np.array(column) for column in zip(*days, strict=True))
    times = np.datetime64("2026-01-01", "us") + day * np.timedelta64(1, "D")
    zeros = np.zeros(len(day))
    ids = np.arange(len(day))
    return Dataset(
        ids, times, labels.astype(np.int8), zeros, ids, zeros, blocked.astype(bool),
        zeros.astype(np.int8), np.full(len(day), np.datetime64("NaT", "us")),
        np.where(labels < 0, WITHHELD.index("silent"), GIVEN), blocked.astype(bool) & False,
    )  # fmt: skip


def test_days_on_which_only_frauds_are_known_teach_nothing():
    rows = days_of((0, 1, 0), (0, 0, 0), (1, 1, 0), (1, -1, 0), (1, -1, 0))
    assert on_labelled_days(rows).tolist() == [True, True, False, False, False]


def test_blocked_payments_without_a_label_do_not_silence_a_day():
    rows = days_of((0, 0, 0), (0, -1, 1), (0, -1, 1), (0, -1, 1))
    assert on_labelled_days(rows).all()


def test_a_day_with_hardly_any_payment_decides_nothing():
    busy = [(day, 0, 0) for day in (0, 1, 2) for _ in range(40)]
    rows = days_of(*busy, (9, 1, 0))
    assert on_labelled_days(rows).tolist() == [True] * 120 + [False]
