"""Payments and labels are stored while entities become hot and tiles are merged."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.db import connection

from scoring.models import EntityTile, HotEntity, Transaction
from scoring.services.hot_entities import promote_hot_entities
from scoring.services.intake import accept_items
from scoring.services.known_fraud import project_known_frauds
from scoring.services.tiles import merge_tiles
from tests.histories import at
from tests.scoring.tile_checks import differing_tiles

SENDERS, BATCHES, SIZE = 3, 40, 20


@pytest.mark.slow
def test_tiles_are_their_rows_whatever_happens_at_once(committed_db: str, settings: Any) -> None:
    settings.FRAUDREVIEW_HOT_ROWS = 60
    sent = Event()

    def send(sender: int) -> None:
        try:
            for batch in range(BATCHES):
                _send(sender, batch)
        finally:
            connection.close()

    def sweep() -> int:
        rounds = 0
        try:
            while not sent.is_set() or not rounds:
                promote_hot_entities(now=at(60))
                merge_tiles()
                rounds += 1
        finally:
            connection.close()
        return rounds

    with ThreadPoolExecutor(SENDERS + 2) as pool:
        sweeps = [pool.submit(sweep) for _ in range(2)]
        senders = [pool.submit(send, sender) for sender in range(SENDERS)]
        try:
            for sender in senders:
                sender.result()
        finally:
            sent.set()
        assert sum(each.result() for each in sweeps) > 1
    promote_hot_entities(now=at(60))
    assert HotEntity.objects.filter(built_at__isnull=False).count() >= 3
    assert Transaction.objects.count() == SENDERS * BATCHES * SIZE
    assert not differing_tiles()
    while merge_tiles():
        pass
    assert not EntityTile.objects.filter(merged=False).exists()
    assert not differing_tiles()


def _send(sender: int, batch: int) -> None:
    items = [
        {
            "external_id": f"{sender}-{batch}-{number}",
            "occurred_at": (at(2) - timedelta(minutes=7 * batch, seconds=number)).isoformat(),
            "amount": f"{number}.{batch:02}",
            "currency": "EUR",
            # More entities become hot while others are being sent.
            "merchant_id": f"M{number % (1 + batch // 10)}",
            "customer_id": f"C{sender}",
        }
        for number in range(1, SIZE + 1)
    ]
    accepted = accept_items(items, now=at(60), enqueue=False)
    ids = sorted(accepted.transaction_ids.values())
    known = {transaction_id: [(at(3), None)] for transaction_id in ids[::5]}
    project_known_frauds(intervals=known, now=at(60))
    retracted = {transaction_id: [(at(3), at(4))] for transaction_id in ids[::10]}
    project_known_frauds(intervals=retracted, now=at(60))
