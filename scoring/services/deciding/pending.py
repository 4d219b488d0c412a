"""Emptying the scoring queue in batches; a transaction that fails cannot hold up the others."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from itertools import count

from django.conf import settings
from django.db import Error as DatabaseProblem
from django.db import InterfaceError, OperationalError, transaction

from scoring.models import Decision
from scoring.services.deciding.batches import decide
from scoring.services.deciding.claiming import (
    Subject,
    claim_pending,
    claim_these,
    note_failure,
)

logger = logging.getLogger(__name__)
# After so many failures of a transaction alone, the policy's fallback decides it.
ATTEMPTS = 3
# A batch begins where the last one ended: places that are gone stay in the index for as long as
# any old query runs, and are passed one by one. Now and then from the start again, for senders
# that committed late.
LOOK_BACK = 20
_at_work = threading.Lock()
_look_again = threading.Event()
Clock = Callable[[], datetime]


def score_pending(*, clock: Clock, most: int | None = None) -> int:
    """Decide what waits, batch by batch, until nothing does; return how many were decided.

    `most` stops early: after that many, so that a worker can look at other work. One thread of a
    process at a time: others would only take turns with it. It is told to look again.
    """
    decided = 0
    _look_again.set()
    while _look_again.is_set() and _at_work.acquire(blocking=False):
        try:
            _look_again.clear()
            decided += _empty_queue(clock, most)
        finally:
            _at_work.release()
    return decided


def _empty_queue(clock: Clock, most: int | None) -> int:
    decided, after = 0, 0
    for number in count():
        if number % LOOK_BACK == 0:
            after = 0
        batch = _next_batch(clock, after)
        decided += len(batch)
        if most is not None and decided >= most:
            break
        if not batch and not after:
            break
        after = batch[-1].transaction_id if batch else 0
    return decided


def _next_batch(clock: Clock, after: int) -> list[Subject]:
    """Decide the next batch and return what was claimed for it."""
    claimed: list[Subject] = []
    try:
        with transaction.atomic():
            now = clock()
            limit = settings.FRAUDREVIEW_BATCH_SIZE
            claimed = claim_pending(limit=limit, now=now, after=after)
            decide(subjects=claimed, now=now)
    except (OperationalError, InterfaceError):
        # The database went away or chose a victim: nothing was written, the next round repeats.
        raise
    except Exception:
        logger.exception("a batch of %s failed; its transactions go one by one", len(claimed))
        for subject in claimed:
            _decide_alone(subject.transaction_id, clock)
    return claimed


def _decide_alone(transaction_id: int, clock: Clock) -> None:
    try:
        _claim_and_decide(transaction_id, clock)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        attempts = note_failure(transaction_id=transaction_id, now=clock())
        logger.exception("transaction %s failed for the %s. time", transaction_id, attempts)
        if attempts >= ATTEMPTS:
            _fall_back(transaction_id, clock)


def _claim_and_decide(transaction_id: int, clock: Clock, reason: str = "") -> None:
    with transaction.atomic():
        claimed = claim_these([transaction_id])
        decide(subjects=claimed, now=clock(), fallback_reason=reason)


def _fall_back(transaction_id: int, clock: Clock) -> None:
    try:
        _claim_and_decide(transaction_id, clock, Decision.Reason.SCORING_ERROR)
    except DatabaseProblem:
        logger.exception("even the fallback failed for transaction %s", transaction_id)
