"""What needs not come one after the other is done on two connections at once."""

from threading import Barrier

import pytest
from django.db import connection, transaction

from scoring.services.side_by_side import CONNECTIONS, side_by_side


def backend(_: object = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def test_two_are_under_way_at_a_time_each_on_a_connection_of_its_own(committed_db: str) -> None:
    # Alone, each would wait for the other in vain.
    together = Barrier(CONNECTIONS, timeout=60)

    def work(_: int) -> int:
        together.wait()
        return backend()

    used = list(side_by_side(work, range(CONNECTIONS)))
    assert len({*used, backend()}) == CONNECTIONS + 1


def test_results_come_in_the_order_of_the_tasks(committed_db: str) -> None:
    assert list(side_by_side(lambda number: number * 10, range(7))) == [0, 10, 20, 30, 40, 50, 60]


def test_what_goes_wrong_is_raised_and_leaves_no_connection(committed_db: str) -> None:
    def work(number: int) -> int:
        backend()
        return 1 // number

    with pytest.raises(ZeroDivisionError):
        list(side_by_side(work, [1, 0, 2]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [committed_db])
        assert cursor.fetchone() == (1,)


def test_inside_of_a_transaction_one_follows_the_other_on_its_connection(
    committed_db: str,
) -> None:
    with transaction.atomic():
        assert set(side_by_side(backend, range(3))) == {backend()}
