"""Many threads ask at once, some for the same payment: one decision each, the same for all."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from django.db import connection

from scoring.models import Decision, ScoringBatch
from scoring.services import decide_at_once
from scoring.services.intake import Acceptance, accept_items, read_transaction
from tests.models import put_into_production

THREADS = 8
PAYMENTS = 60


def test_every_payment_is_decided_once_and_everybody_is_told_the_same(
    committed_db: str, model_storage: Any, now: datetime
) -> None:
    put_into_production(now=now)
    some_wait_in_the_queue(now)
    start = threading.Barrier(THREADS)

    def ask_for_all(_: int) -> dict[str, Any]:
        start.wait(10)
        try:
            return {f"p{number}": ask(number, now) for number in range(PAYMENTS)}
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        told = list(pool.map(ask_for_all, range(THREADS)))
    assert all(answers == told[0] for answers in told)
    assert all(answer["outcome"] for answer in told[0].values())
    assert Decision.objects.count() == PAYMENTS
    assert sum(batch.size for batch in ScoringBatch.objects.all()) == PAYMENTS


def some_wait_in_the_queue(now: datetime) -> Acceptance:
    return accept_items([payment(number, now) for number in range(0, PAYMENTS, 7)], now=now)


def ask(number: int, now: datetime) -> Any:
    return decide_at_once(
        record=read_transaction(payment(number, now), now=now),
        clock=lambda: now,
        budget_milliseconds=60_000,
    )


def payment(number: int, now: datetime) -> dict[str, Any]:
    return {
        "external_id": f"p{number}",
        "occurred_at": now.isoformat(),
        "amount": str(20 + 150 * (number % 3)),
        "currency": "EUR",
        "customer_id": f"C{number % 5}",
        "merchant_id": "M1",
    }
