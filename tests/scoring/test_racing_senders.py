"""Several senders of the same transactions at once: each is stored once, nobody deadlocks."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from scoring.models import QueuedTransaction, Transaction, TransactionDetails
from scoring.services.intake import accept_items

SENDERS, PAYMENTS = 4, 400


def test_each_is_stored_once_whoever_comes_first(committed_db, now):
    items = [
        {
            "external_id": f"txn_{number}",
            "occurred_at": now.isoformat(),
            "amount": number,
            "currency": "EUR",
            "attributes": {"number": number},
        }
        for number in range(PAYMENTS)
    ]
    start = Barrier(SENDERS)

    def send(sender):
        start.wait()
        try:
            # Half of them the other way round: what is not put in order first would deadlock.
            return accept_items(items if sender % 2 else items[::-1], now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(SENDERS) as pool:
        parts = list(pool.map(send, range(SENDERS)))
    assert not [error for part in parts for error in part.errors]
    assert sum(part.accepted for part in parts) == PAYMENTS
    assert sum(part.duplicates for part in parts) == (SENDERS - 1) * PAYMENTS
    for model in (Transaction, TransactionDetails, QueuedTransaction):
        assert model.objects.count() == PAYMENTS
