"""A connection that breaks while a decision is written is the database's fault, not a payment's."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import OperationalError, connection

from scoring.models import Decision, QueuedTransaction
from scoring.services import score_pending
from tests.models import put_into_production

BREAK = """
CREATE FUNCTION end_session() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$;
CREATE TRIGGER end_session BEFORE INSERT ON scoring_decision
FOR EACH STATEMENT EXECUTE FUNCTION end_session()
"""
MEND = "DROP TRIGGER end_session ON scoring_decision"


@pytest.fixture
def breaking(committed_db: str, model_storage: Any, now: datetime) -> Iterator[None]:
    """A database with a model, in which whoever writes decisions loses the connection."""
    put_into_production(now=now)
    execute(BREAK)
    yield
    connection.close()


def execute(statement: str) -> None:
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_worker_counts_no_attempt(breaking: None, now: datetime, send: Any) -> None:
    payment = send()
    with pytest.raises(OperationalError):
        score_pending(clock=lambda: now)
    connection.close()
    place = QueuedTransaction.objects.get(transaction=payment)
    assert (place.attempts, place.retry_at) == (0, None)
    execute(MEND)
    assert score_pending(clock=lambda: now) == 1
    assert Decision.objects.get().reason == "score"


def test_a_request_is_answered_503_and_the_next_one_by_the_score(
    breaking: None, api_key: Any, now: datetime
) -> None:
    api = api_key("transactions:write")
    payment = {
        "external_id": "p1",
        "occurred_at": now.isoformat(),
        "amount": "150.00",
        "currency": "EUR",
    }
    refused = api.post("/api/v1/decisions/", payment, format="json")
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    execute(MEND)
    answer = api.post("/api/v1/decisions/", payment, format="json")
    assert answer.status_code == 200
    assert not answer.json()["degraded"]
