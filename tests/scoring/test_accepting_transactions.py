"""What is sent twice is stored once; what is wrong is told; the rest is kept."""

from decimal import Decimal

import pytest

from scoring.models import ExchangeRate, QueuedTransaction, Transaction, TransactionDetails
from scoring.services.intake import accept_items, accept_transactions, read_transaction

pytestmark = pytest.mark.django_db


def item(**fields):
    smallest = {
        "external_id": "txn_1",
        "occurred_at": "2026-11-19T11:59:00Z",
        "amount": "12.30",
        "currency": "EUR",
    }
    return {**smallest, **fields}


def told(acceptance):
    return [(error.index, error.field, error.code) for error in acceptance.errors]


def test_a_new_transaction_waits_for_its_decision(now):
    acceptance = accept_items([item(customer_id="C-1")], now=now)
    stored = Transaction.objects.get(external_id="txn_1")
    assert (acceptance.accepted, acceptance.duplicates, acceptance.errors) == (1, 0, ())
    assert acceptance.transaction_ids == {"txn_1": stored.pk}
    assert stored.customer_id == "C-1"
    assert stored.received_at == now
    assert stored.base_amount == Decimal("12.30")
    assert QueuedTransaction.objects.get().transaction_id == stored.pk


def test_history_does_not_wait(now):
    accept_items([item()], now=now, enqueue=False)
    assert Transaction.objects.count() == 1
    assert not QueuedTransaction.objects.exists()


def test_personal_data_lies_in_the_erasable_table_alone(now):
    sent = item(email="Anna@Example.org", ip_address="203.0.113.7", attributes={"items": 3})
    accept_items([sent], now=now)
    details = TransactionDetails.objects.get(transaction__external_id="txn_1")
    assert (details.email, details.ip_address) == ("anna@example.org", "203.0.113.7")
    assert details.attributes == {"items": 3}
    row = Transaction.objects.filter(external_id="txn_1").values().get()
    assert "anna" not in repr(row)
    assert "203.0.113.7" not in repr(row)


def test_nothing_personal_means_no_row_for_it(now):
    accept_items([item()], now=now)
    assert not TransactionDetails.objects.exists()


def test_one_mailbox_is_one_key_whatever_its_spelling(now):
    one, other = item(email="a@b.org"), item(external_id="txn_2", email=" A@B.ORG")
    accept_items([one, other], now=now)
    assert Transaction.objects.values("email_key").distinct().count() == 1


def test_the_same_content_again_is_a_duplicate(now):
    first = accept_items([item()], now=now)
    again = accept_items([item(amount=12.3), item(customer_id=None)], now=now)
    assert (again.accepted, again.duplicates, again.errors) == (0, 2, ())
    assert again.transaction_ids == first.transaction_ids
    assert QueuedTransaction.objects.count() == 1


def test_other_content_under_a_known_id_is_a_conflict(now):
    accept_items([item()], now=now)
    acceptance = accept_items([item(amount="12.31"), item()], now=now)
    assert told(acceptance) == [(0, "external_id", "conflict")]
    assert acceptance.duplicates == 1
    assert Transaction.objects.get().amount == Decimal("12.30")


def test_within_one_batch_the_first_of_each_id_counts(now):
    acceptance = accept_items([item(), item(amount=1), item()], now=now)
    assert (acceptance.accepted, acceptance.duplicates) == (1, 1)
    assert told(acceptance) == [(1, "external_id", "conflict")]


def test_wrong_items_do_not_hold_the_others_back(now):
    items = [item(external_id=""), 3, item(external_id="txn_2"), item(amount="NaN", colour="red")]
    acceptance = accept_items(items, now=now)
    assert acceptance.accepted == 1
    assert told(acceptance) == [
        (0, "external_id", "required"),
        (1, "", "not_an_object"),
        (3, "amount", "not_finite"),
        (3, "colour", "unknown_field"),
    ]
    assert [error.external_id for error in acceptance.errors] == ["", None, "txn_1", "txn_1"]


def test_the_rate_of_the_moment_of_intake_is_kept(now):
    ExchangeRate.objects.filter(currency="DKK").delete()
    for rate, day in (("0.13", 1), ("0.14", 18), ("0.15", 20)):
        ExchangeRate.objects.create(currency="DKK", rate=rate, valid_from=now.replace(day=day))
    accept_items([item(amount=100, currency="DKK")], now=now)
    assert Transaction.objects.get().base_amount == Decimal("14.00")


def test_a_currency_without_a_rate_is_refused(now):
    ExchangeRate.objects.filter(currency="DKK").delete()
    acceptance = accept_items([item(currency="DKK")], now=now)
    assert told(acceptance) == [(0, "currency", "no_exchange_rate")]
    assert not Transaction.objects.exists()


def test_any_text_that_is_valid_is_stored_as_it_is(now):
    strange = "a/b?c=%41&d;é\\ '\"{}$1 名"
    accept_items([item(external_id=strange, attributes={strange: strange})], now=now)
    stored = Transaction.objects.select_related("details").get()
    assert stored.external_id == strange
    assert stored.details.attributes == {strange: strange}


def test_workers_are_woken_after_the_commit_and_not_before(now, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        accept_items([item()], now=now)
    assert [callback.__name__ for callback in callbacks] == ["ring"]


def test_a_batch_costs_one_statement(now, django_assert_num_queries):
    records = [read_transaction(item(external_id=f"t{i}"), now=now) for i in range(50)]
    with django_assert_num_queries(3):  # savepoint, insert, release
        accept_transactions(records, now=now)


def test_duplicates_cost_one_more(now, django_assert_num_queries):
    records = [read_transaction(item(external_id=f"t{i}"), now=now) for i in range(50)]
    accept_transactions(records, now=now)
    with django_assert_num_queries(4):
        assert accept_transactions(records, now=now).duplicates == 50
