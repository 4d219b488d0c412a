"""Emptying the scoring queue in batches; a transaction that fails cannot hold up the others."""

import logging
from collections.abc import Callable
from datetime import datetime

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
Clock = Callable[[], datetime]


def score_pending(*, clock: Clock, most: int | None = None) -> int:
    """Decide what waits, batch by batch, until nothing does; return how many were decided.

    `most` stops early: after that many, so that a worker can look at other work.
    """
    decided = 0
    while most is None or decided < most:
        batch = _next_batch(clock)
        if not batch:
            return decided
        decided += batch
    return decided


def _next_batch(clock: Clock) -> int:
    claimed: list[Subject] = []
    try:
        with transaction.atomic():
            now = clock()
            claimed = claim_pending(limit=settings.FRAUDREVIEW_BATCH_SIZE, now=now)
            decide(subjects=claimed, now=now)
            return len(claimed)
    except (OperationalError, InterfaceError):
        # The database went away or chose a victim: nothing was written, the next round repeats.
        raise
    except Exception:
        logger.exception("a batch of %s failed; its transactions go one by one", len(claimed))
        return sum(_decide_alone(subject.transaction_id, clock) for subject in claimed)


def _decide_alone(transaction_id: int, clock: Clock) -> int:
    try:
        return _claim_and_decide(transaction_id, clock)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        attempts = note_failure(transaction_id=transaction_id, now=clock())
        logger.exception("transaction %s failed for the %s. time", transaction_id, attempts)
    return _fall_back(transaction_id, clock) if attempts >= ATTEMPTS else 1


def _claim_and_decide(transaction_id: int, clock: Clock, reason: str = "") -> int:
    with transaction.atomic():
        claimed = claim_these([transaction_id])
        decide(subjects=claimed, now=clock(), fallback_reason=reason)
    return len(claimed)


def _fall_back(transaction_id: int, clock: Clock) -> int:
    try:
        return _claim_and_decide(transaction_id, clock, Decision.Reason.SCORING_ERROR)
    except DatabaseProblem:
        logger.exception("even the fallback failed for transaction %s", transaction_id)
        return 0
