"""Deciding one transaction inside a request, within a time budget."""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from django.db import OperationalError, connection, transaction

from scoring.models import Decision
from scoring.services.deciding.batches import decide
from scoring.services.deciding.claiming import claim_these

logger = logging.getLogger(__name__)
WAIT_SECONDS = 0.01


def decide_at_once(
    *, transaction_id: int, clock: Callable[[], datetime], budget_milliseconds: int
) -> bool:
    """Decide one accepted transaction now; return whether a decision stands.

    Past the budget the policy's fallback decides (`degraded`). A worker may hold the place at
    this moment: then its decision is awaited for the rest of the budget, and False means that
    it had not come by then.
    """
    deadline = time.monotonic() + budget_milliseconds / 1000
    while not _decided(transaction_id):
        if _try_to_decide(transaction_id, clock, deadline):
            return True
        if time.monotonic() >= deadline:
            return _decided(transaction_id)
        time.sleep(WAIT_SECONDS)
    return True


def _try_to_decide(transaction_id: int, clock: Callable[[], datetime], deadline: float) -> bool:
    """Return whether this process held the place and decided."""
    remaining = int((deadline - time.monotonic()) * 1000)
    try:
        if remaining > 0:
            with transaction.atomic():
                _limit_statements(remaining)
                return bool(decide(transaction_ids=claim_these([transaction_id]), now=clock()))
        reason = Decision.Reason.TIME_BUDGET
    except OperationalError as error:
        if not _timed_out(error):
            raise
        reason = Decision.Reason.TIME_BUDGET
    except Exception:
        logger.exception("transaction %s could not be scored in the request", transaction_id)
        reason = Decision.Reason.SCORING_ERROR
    with transaction.atomic():
        claimed = claim_these([transaction_id])
        return bool(decide(transaction_ids=claimed, now=clock(), fallback_reason=reason))


def _limit_statements(milliseconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{milliseconds}ms"])


def _timed_out(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlstate", None) == "57014"  # query_canceled


def _decided(transaction_id: int) -> bool:
    return Decision.objects.filter(pk=transaction_id).exists()
