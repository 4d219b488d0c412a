"""A decision inside the request, within a time budget."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction

from scoring.models import Decision, QueuedTransaction
from scoring.services import decide_at_once
from scoring.services.deciding.claiming import claim_these
from tests.models import put_into_production


def at_once(payment: Any, now: datetime, budget: int = 10_000) -> bool:
    return decide_at_once(transaction_id=payment.pk, clock=lambda: now, budget_milliseconds=budget)


@pytest.mark.django_db
def test_it_is_the_same_decision_as_the_workers_make(
    production_model: Any, send: Any, decide_now: Callable[[], int], now: datetime
) -> None:
    direct, queued = send("direct", amount="150.00"), send("queued", amount="150.00")
    assert at_once(direct, now)
    decide_now()
    first = Decision.objects.get(transaction=direct)
    second = Decision.objects.get(transaction=queued)
    assert (first.outcome, first.degraded) == (second.outcome, second.degraded) == ("review", False)


@pytest.mark.django_db
def test_its_place_in_the_queue_is_gone(production_model: Any, send: Any, now: datetime) -> None:
    at_once(send(), now)
    assert not QueuedTransaction.objects.exists()


@pytest.mark.django_db
def test_asking_twice_gives_the_first_decision(
    production_model: Any, send: Any, now: datetime
) -> None:
    payment = send()
    assert at_once(payment, now) and at_once(payment, now)
    assert Decision.objects.count() == 1


@pytest.mark.django_db
def test_without_time_the_fallback_answers(production_model: Any, send: Any, now: datetime) -> None:
    payment = send()
    assert at_once(payment, now, budget=0)
    decision = Decision.objects.get(transaction=payment)
    assert (decision.reason, decision.degraded) == ("time_budget", True)


def test_a_slow_statement_is_cut_off(
    committed_db: str, model_storage: Any, now: datetime, send: Any
) -> None:
    put_into_production(now=now)
    payment = send()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_sleep(30); RETURN NEW; END $$;"
            " CREATE TRIGGER dawdle BEFORE INSERT ON scoring_featurevector"
            " FOR EACH ROW EXECUTE FUNCTION dawdle()"
        )
    assert at_once(payment, now, budget=300)
    assert Decision.objects.get(transaction=payment).reason == "time_budget"


def test_a_place_held_by_a_worker_is_awaited(
    committed_db: str, model_storage: Any, now: datetime, send: Any
) -> None:
    put_into_production(now=now)
    payment = send()
    held, give_back = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            claim_these([payment.pk])
            held.set()
            give_back.wait(10)
            transaction.set_rollback(True)
        connection.close()

    worker = threading.Thread(target=hold)
    worker.start()
    assert held.wait(10)
    assert not at_once(payment, now, budget=100)
    give_back.set()
    worker.join()
    assert at_once(payment, now)
    assert Decision.objects.count() == 1
