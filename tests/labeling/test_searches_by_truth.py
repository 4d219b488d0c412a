"""Searches by what finally became of payments, what is held for true, channel and country."""

from datetime import datetime, timedelta

import pytest

from labeling import services
from labeling.domain.resolution import Claim
from labeling.services.labels import record_labels
from scoring.models import Transaction
from scoring.services.disposing import dispose
from tests.labeling.payments import decide, draw_for_audit, hold, pay
from tests.labeling.test_saved_and_exported_searches import exported, found

pytestmark = pytest.mark.django_db


def say(payment: Transaction, value: str, source: str, known_at: datetime) -> None:
    claim = Claim(payment.pk, value, source, known_at)
    record_labels(claims=[claim], now=known_at)


def listed(page: str, *payments: Transaction) -> list[bool]:
    return [payment.external_id in page for payment in payments]


def test_wrongful_declines_that_were_taken_back_are_one_search(max_, client_of, clock) -> None:
    released, still, fine = (pay(now=clock) for _ in range(3))
    for payment, outcome in ((released, "block"), (still, "block"), (fine, "approve")):
        decide(payment, outcome, now=clock)
    dispose(transaction=released, action="release", cause="appeal", now=clock)
    page = found(client_of(max_), "outcome=block&final=approve")
    assert listed(page, released, still, fine) == [True, False, False]
    assert "then approved" in page


def test_the_newest_disposition_is_the_final_one(max_, client_of, clock) -> None:
    payment = hold(now=clock)
    dispose(transaction=payment, action="decline", cause="timeout", now=clock)
    assert listed(found(client_of(max_), "final=block"), payment) == [True]
    dispose(transaction=payment, action="release", cause="appeal", now=clock)
    assert listed(found(client_of(max_), "final=block"), payment) == [False]
    assert listed(found(client_of(max_), "final=approve"), payment) == [True]


def test_what_waits_for_a_person_is_not_final(max_, client_of, clock) -> None:
    waiting, approved, undecided = hold(now=clock), pay(now=clock), pay(now=clock)
    decide(approved, "approve", now=clock)
    page = found(client_of(max_), "final=review")
    assert listed(page, waiting, approved, undecided) == [True, False, False]


@pytest.mark.parametrize(
    ("label", "wanted"),
    [
        ("fraud", [True, False, True, False]),
        ("legitimate", [False, True, False, False]),
        ("contradicted", [False, False, True, False]),
    ],
)
def test_payments_are_found_by_what_is_held_for_true(max_, client_of, clock, label, wanted) -> None:
    fraud, fine, disputed, silent = (pay(now=clock) for _ in range(4))
    earlier = clock - timedelta(seconds=5)
    say(fraud, "fraud", "chargeback", earlier)
    say(fine, "legitimate", "customer_confirmation", earlier)
    say(disputed, "legitimate", "verdict", earlier)
    say(disputed, "fraud", "chargeback", earlier)
    page = found(client_of(max_), f"label={label}")
    assert listed(page, fraud, fine, disputed, silent) == wanted


def test_what_is_said_later_finds_nothing_yet(max_, client_of, clock) -> None:
    payment = pay(now=clock)
    say(payment, "fraud", "chargeback", clock + timedelta(days=1))
    assert listed(found(client_of(max_), "label=fraud"), payment) == [False]


def test_an_id_and_a_label_are_looked_for_together(max_, client_of, clock) -> None:
    wanted, other = pay(now=clock, customer_id="C-1"), pay(now=clock, customer_id="C-2")
    for payment in (wanted, other, pay(now=clock, customer_id="C-1")):
        if payment.customer_id != "C-1" or payment is wanted:
            say(payment, "fraud", "chargeback", clock - timedelta(seconds=5))
    assert listed(found(client_of(max_), "q=C-1&label=fraud"), wanted, other) == [True, False]


@pytest.mark.parametrize("query", ["final=block", "label=fraud", "label=contradicted"])
def test_nobody_finds_by_an_opinion_what_they_judge_blind(
    alice, max_, client_of, clock, query
) -> None:
    blind = draw_for_audit("block", now=clock)
    services.open_cases(now=clock)
    for value, source in (("legitimate", "verdict"), ("fraud", "chargeback")):
        say(blind, value, source, clock - timedelta(seconds=5))
    assert listed(found(client_of(alice), query), blind) == [False]
    assert listed(found(client_of(max_), query), blind) == [True]


def test_channel_and_country_narrow_however_they_are_written(max_, client_of, clock) -> None:
    wanted = pay(now=clock, channel="pos", country="FR")
    other = pay(now=clock, channel="web", country="FR")
    page = found(client_of(max_), "channel=POS&country=fr")
    assert listed(page, wanted, other) == [True, False]


@pytest.mark.parametrize("query", ["final=waiting", "label=doubtful", "country=XX", "channel=%00"])
def test_what_is_no_choice_is_told(max_, client_of, query) -> None:
    assert "form-error" in found(client_of(max_), query)


def test_an_export_tells_what_finally_became_of_a_payment(max_, client_of, clock) -> None:
    payment = hold(now=clock)
    dispose(transaction=payment, action="decline", cause="timeout", now=clock)
    head, line = exported(client_of(max_))
    assert line[head.index("outcome") : head.index("label")] == ["review", "block"]


def test_the_list_asks_as_often_for_many_payments_as_for_one(
    max_, client_of, clock, django_assert_max_num_queries
) -> None:
    client = client_of(max_)
    for _ in range(6):
        dispose(transaction=hold(now=clock), action="decline", cause="timeout", now=clock)
    with django_assert_max_num_queries(12):
        found(client, "final=block&label=&country=DE")
