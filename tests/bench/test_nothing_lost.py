"""A rate counts only if every payment was decided once, by the model, and reached its case."""

import pytest
from django.db import connection, transaction

from bench.checks import Lost, require_cases, require_decided
from bench.storage import sizes
from bench.tables import QUEUE, TABLES
from labeling.services import open_cases
from scoring.models import Decision
from scoring.services.deciding import decide
from scoring.services.deciding.claiming import claim_these

pytestmark = pytest.mark.django_db


def counts():
    """Rows by table, of all tables of the product."""
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
    return found


def test_payments_that_were_decided_pass(production_model, send, decide_now):
    send("p-1")
    send("p-2", amount="900")
    decide_now()
    require_decided("p", 2)


def test_a_payment_that_waits_is_noticed(production_model, send, decide_now):
    send("p-1")
    decide_now()
    send("p-2")
    with pytest.raises(Lost, match="1 still waiting"):
        require_decided("p", 2)


def test_a_payment_that_never_came_is_noticed(production_model, send, decide_now):
    send("p-1")
    decide_now()
    with pytest.raises(Lost, match="2 sent, 1 stored"):
        require_decided("p", 2)


def test_a_payment_that_the_fallback_decided_is_noticed(send, decide_now):
    send("p-1")
    decide_now()
    assert Decision.objects.get().degraded
    with pytest.raises(Lost, match="1 by the fallback"):
        require_decided("p", 1)


def test_one_fallback_in_a_thousand_is_told_and_not_an_end(
    production_model, send, decide_now, monkeypatch, now
):
    send("p-1")
    decide_now()
    second = send("p-2")
    with transaction.atomic():
        decide(
            subjects=claim_these([second.pk]),
            now=now,
            fallback_reason=Decision.Reason.TIME_BUDGET,
        )
    monkeypatch.setattr("bench.checks.DEGRADED_SHARE", 0.5)
    assert require_decided("p", 2) == 1


def test_a_review_without_its_item_is_noticed(production_model, send, decide_now, now):
    send("p-1", amount="150")
    decide_now()
    with pytest.raises(Lost, match="0 items"):
        require_cases()
    open_cases(now=now)
    require_cases()


def test_every_table_in_which_a_payment_leaves_rows_is_counted_and_copied(
    production_model, send, decide_now, now
):
    before = counts()
    send("p-1", amount="150", email="ann@example.com")
    assert counts()[QUEUE] == before[QUEUE] + 1
    decide_now()
    open_cases(now=now)
    grown = {table for table, rows in counts().items() if rows > before[table]}
    assert grown == set(TABLES)
    assert set(sizes()) == {*TABLES, QUEUE}
