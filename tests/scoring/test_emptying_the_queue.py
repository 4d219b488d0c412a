"""The scoring queue is emptied batch by batch, none left behind and none waited for."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from scoring.models import Decision, QueuedTransaction
from scoring.services import score_pending

pytestmark = pytest.mark.django_db


@pytest.fixture
def batches_of_two(settings: Any) -> None:
    settings.FRAUDREVIEW_BATCH_SIZE = 2


def test_all_batches_are_decided(
    production_model: Any, batches_of_two: None, send: Any, decide_now: Callable[[], int]
) -> None:
    for number in range(5):
        send(f"p{number}")
    assert decide_now() == 5
    assert not QueuedTransaction.objects.exists()


def test_it_stops_where_it_is_told_to(
    production_model: Any, batches_of_two: None, send: Any, now: datetime
) -> None:
    for number in range(5):
        send(f"p{number}")
    assert score_pending(clock=lambda: now, most=3) == 4
    assert Decision.objects.count() == 4


def test_one_that_was_committed_late_is_found_behind_the_last_batch(
    production_model: Any, batches_of_two: None, send: Any, now: datetime
) -> None:
    late, *_ = [send(f"p{number}") for number in range(4)]
    QueuedTransaction.objects.filter(pk=late.pk).delete()
    looks = iter(range(100))

    def clock() -> datetime:
        if next(looks) == 1:  # the first batch is done, and went on behind it
            QueuedTransaction.objects.create(pk=late.pk, enqueued_at=now)
        return now

    assert score_pending(clock=clock) == 4
    assert Decision.objects.filter(transaction=late).exists()
