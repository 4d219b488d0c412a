"""A generated history looks like one, and leaves the database as it found it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Count, Max, Min

from bench.history import DAYS, World, add_history
from scoring.models import KnownFraud, Transaction

pytestmark = pytest.mark.django_db
WORLD = World(4_000)


def indexes():
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'scoring_transaction'")
        return {row[0] for row in cursor.fetchall()}


@pytest.fixture
def history(now):
    before = indexes()
    add_history(WORLD, seed=1, until=now)
    return before


def test_all_rows_are_history_of_the_last_sixty_days(history, now):
    found = Transaction.objects.aggregate(
        n=Count("id"), first=Min("occurred_at"), last=Max("occurred_at")
    )
    assert found["n"] == WORLD.rows
    assert now - timedelta(days=DAYS) <= found["first"] < found["last"] <= now
    assert not Transaction.objects.filter(imported=False).exists()


def test_merchants_have_a_heavy_tail(history):
    by_merchant = Transaction.objects.values_list("merchant_id").annotate(n=Count("id"))
    sizes = sorted(n for _, n in by_merchant)
    assert len(sizes) <= WORLD.merchants
    assert sizes[-1] > 3 * sizes[len(sizes) // 2]


def test_frauds_become_known_a_week_later(history, now):
    fraud = KnownFraud.objects.select_related("transaction").first()
    assert fraud is not None
    assert fraud.known_at == fraud.transaction.occurred_at + timedelta(days=7)
    assert not KnownFraud.objects.filter(known_at__gt=now).exists()


def test_every_index_is_there_again(history):
    assert indexes() == history
