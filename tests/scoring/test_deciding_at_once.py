"""A decision inside the request, within a time budget."""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction

from scoring.domain.errors import Conflict, InvalidRecord, NotFound
from scoring.models import Decision, QueuedTransaction, Transaction
from scoring.selectors.answers import decision_answer
from scoring.services import decide_at_once
from scoring.services.deciding.at_once import Asked, _decide_together
from scoring.services.deciding.claiming import claim_these
from scoring.services.intake import accept_items, read_transaction
from tests.models import put_into_production


def payment(now: datetime, external_id: str = "p1", **fields: Any) -> dict[str, Any]:
    return {
        "external_id": external_id,
        "occurred_at": now.isoformat(),
        "amount": "20.00",
        "currency": "EUR",
        "customer_id": "C1",
        **fields,
    }


def at_once(now: datetime, external_id: str = "p1", budget: int = 10_000, **fields: Any) -> Any:
    return decide_at_once(
        record=read_transaction(payment(now, external_id, **fields), now=now),
        clock=lambda: now,
        budget_milliseconds=budget,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("amount", ["20.00", "150.00", "500.00"])
def test_it_is_the_same_decision_as_the_workers_make(
    production_model: Any, decide_now: Callable[[], int], now: datetime, amount: str
) -> None:
    direct = at_once(now, "direct", amount=amount, customer_id="C1")
    accept_items([payment(now, "queued", amount=amount, customer_id="C2")], now=now)
    decide_now()
    queued = decision_answer(Transaction.objects.get(external_id="queued").pk)
    assert direct | {"external_id": "queued"} == queued


@pytest.mark.django_db
@pytest.mark.parametrize("amount", ["20.00", "150.00", "500.00"])
def test_the_answer_is_what_is_stored(production_model: Any, now: datetime, amount: str) -> None:
    answer = at_once(now, amount=amount)
    assert answer == decision_answer(Transaction.objects.get().pk)


@pytest.mark.django_db
def test_it_takes_no_place_in_the_queue_and_is_no_history(
    production_model: Any, now: datetime
) -> None:
    at_once(now)
    assert not QueuedTransaction.objects.exists()
    assert not Transaction.objects.get().imported


@pytest.mark.django_db
def test_asking_twice_gives_the_first_decision(production_model: Any, now: datetime) -> None:
    assert at_once(now) == at_once(now)
    assert Decision.objects.count() == 1


@pytest.mark.django_db
def test_a_payment_that_waits_in_the_queue_is_decided(production_model: Any, now: datetime) -> None:
    accept_items([payment(now)], now=now)
    assert at_once(now)["outcome"] == "approve"
    assert not QueuedTransaction.objects.exists()


@pytest.mark.django_db
def test_other_content_under_the_same_id_is_a_conflict(
    production_model: Any, now: datetime
) -> None:
    at_once(now)
    with pytest.raises(Conflict):
        at_once(now, amount="21.00")


@pytest.mark.django_db
def test_a_currency_without_a_rate_is_refused_and_not_stored(
    production_model: Any, now: datetime
) -> None:
    with pytest.raises(InvalidRecord) as caught:
        at_once(now, currency="KMF")
    assert caught.value.errors[0].code == "no_exchange_rate"
    assert not Transaction.objects.exists()


@pytest.mark.django_db
def test_imported_history_has_no_decision(production_model: Any, now: datetime) -> None:
    accept_items([payment(now)], now=now, enqueue=False)
    with pytest.raises(NotFound):
        at_once(now)


@pytest.mark.django_db
def test_without_time_the_fallback_answers(production_model: Any, now: datetime) -> None:
    assert at_once(now, budget=0)["degraded"]
    assert Decision.objects.get().reason == "time_budget"


@pytest.mark.django_db
def test_a_payment_that_breaks_scoring_gets_the_fallback(
    production_model: Any, now: datetime, caplog: Any
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION break() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM 1 / 0; RETURN NEW; END $$;"
            " CREATE TRIGGER break BEFORE INSERT ON scoring_featurevector"
            " FOR EACH ROW EXECUTE FUNCTION break()"
        )
    assert at_once(now)["degraded"]
    assert Decision.objects.get().reason == "scoring_error"


def test_a_slow_statement_is_cut_off(committed_db: str, model_storage: Any, now: datetime) -> None:
    put_into_production(now=now)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_sleep(30); RETURN NEW; END $$;"
            " CREATE TRIGGER dawdle BEFORE INSERT ON scoring_featurevector"
            " FOR EACH ROW EXECUTE FUNCTION dawdle()"
        )
    assert at_once(now, budget=300)["degraded"]
    assert Decision.objects.get().reason == "time_budget"


def test_a_place_held_by_a_worker_is_awaited(
    committed_db: str, model_storage: Any, now: datetime
) -> None:
    put_into_production(now=now)
    accept_items([payment(now)], now=now)
    held, give_back = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            claim_these([Transaction.objects.get().pk])
            held.set()
            give_back.wait(10)
            transaction.set_rollback(True)
        connection.close()

    worker = threading.Thread(target=hold)
    worker.start()
    assert held.wait(10)
    assert at_once(now, budget=100) is None
    give_back.set()
    worker.join()
    assert at_once(now)["outcome"] == "approve"
    assert Decision.objects.count() == 1


@pytest.mark.django_db
def test_who_comes_late_takes_no_time_from_the_others(production_model: Any, now: datetime) -> None:
    late, in_time = (
        Asked(read_transaction(payment(now, external_id), now=now), deadline, lambda: now)
        for external_id, deadline in (("late", 0.0), ("in_time", time.monotonic() + 60))
    )
    answers = _decide_together([late, in_time])
    assert [(told["external_id"], told["degraded"]) for told in answers] == [
        ("late", True),
        ("in_time", False),
    ]
