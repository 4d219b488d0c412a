"""Workers are killed and the broker is down: every payment still gets exactly one decision."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from labeling.models import ReviewItem
from scoring.models import Decision, QueuedTransaction, ScoringBatch
from scoring.services.intake import accept_items
from tests.models import put_into_production
from tests.processes import NO_BROKER, Processes, kill, wait_until

PAYMENTS = 3_000
KILLS = 2


@pytest.mark.slow
def test_killed_workers_lose_nothing_and_double_nothing(
    committed_db: str, model_storage: Any, now: datetime, tmp_path: Path
) -> None:
    put_into_production(now=now)
    accept(PAYMENTS, now)
    with Processes(tmp_path, redis_url=NO_BROKER, FRAUDREVIEW_BATCH_SIZE="50") as processes:
        for _ in range(KILLS):
            decided = Decision.objects.count()
            worker = processes.start_worker()
            wait_until(lambda before=decided: Decision.objects.count() > before, what="a decision")
            kill(worker)
        assert 0 < Decision.objects.count() < PAYMENTS, "the kills came too late to prove anything"
        processes.start_worker()
        wait_until(nothing_waits, what=f"the last decision\n{processes.logs()}")
    every_payment_has_one_decision()
    every_review_has_one_item()


def accept(payments: int, now: datetime) -> None:
    for start in range(0, payments, 1000):
        items = [payment(number, now) for number in range(start, start + 1000)]
        assert accept_items(items, now=now).accepted == 1000


def payment(number: int, now: datetime) -> dict[str, Any]:
    return {
        "external_id": f"p{number}",
        "occurred_at": now.isoformat(),
        "amount": str(20 + 150 * (number % 10 == 0)),
        "currency": "EUR",
        "customer_id": f"C{number % 500}",
        "merchant_id": f"M{number % 50}",
    }


def nothing_waits() -> bool:
    connection.close()
    reviews = Decision.objects.filter(outcome="review").count()
    items = ReviewItem.objects.filter(kind="review").count()
    return not QueuedTransaction.objects.exists() and items == reviews


def every_payment_has_one_decision() -> None:
    assert Decision.objects.count() == PAYMENTS
    sizes = sum(ScoringBatch.objects.values_list("size", flat=True))
    assert sizes == PAYMENTS, "a batch was counted that never happened"


def every_review_has_one_item() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM scoring_decision d LEFT JOIN LATERAL"
            " (SELECT count(*) AS items FROM labeling_reviewitem i"
            "  WHERE i.transaction_id = d.transaction_id) own ON true"
            " WHERE own.items <> (d.outcome = 'review' OR d.audited)::int"
        )
        assert cursor.fetchone()[0] == 0
    assert Decision.objects.filter(outcome="review").count() == PAYMENTS // 10
