"""A payment that breaks scoring holds up nobody and still gets a decision."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from scoring.models import Decision, QueuedTransaction
from scoring.services import score_pending


@pytest.fixture
def poisoned(db: None, production_model: Any, send: Any) -> Any:
    """Three payments; computing the features of the second one divides by zero."""
    payments = [send(f"p{number}") for number in range(3)]
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION break_on_poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF NEW.transaction_id = (SELECT id FROM scoring_transaction"
            " WHERE external_id = 'p1') THEN PERFORM 1 / 0; END IF; RETURN NEW; END $$;"
            " CREATE TRIGGER break_on_poison BEFORE INSERT ON scoring_featurevector"
            " FOR EACH ROW EXECUTE FUNCTION break_on_poison()"
        )
    return payments[1]


def test_the_others_of_its_batch_are_decided(
    poisoned: Any, decide_now: Callable[[], int], caplog: Any
) -> None:
    decide_now()
    assert set(Decision.objects.values_list("transaction__external_id", flat=True)) == {"p0", "p2"}
    assert QueuedTransaction.objects.get().attempts == 1


def test_it_is_tried_again_only_later(
    poisoned: Any, decide_now: Callable[[], int], caplog: Any
) -> None:
    decide_now()
    assert decide_now() == 0
    assert QueuedTransaction.objects.get().attempts == 1


def test_after_three_failures_the_fallback_decides(
    poisoned: Any, now: datetime, caplog: Any
) -> None:
    for minutes in range(3):
        moment = now + timedelta(minutes=minutes)
        score_pending(clock=lambda moment=moment: moment)
    decision = Decision.objects.get(transaction=poisoned)
    assert (decision.reason, decision.degraded) == ("scoring_error", True)
    assert not QueuedTransaction.objects.exists()
