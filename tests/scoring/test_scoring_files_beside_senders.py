"""While a file is scored, payments come in as ever, even its own; a kill leaves nothing."""

import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from scoring.models import Transaction
from scoring.services.features import computed_vectors
from scoring.services.file_scoring import score_file, scoring
from scoring.services.intake import accept_items
from tests.models import put_into_production
from tests.processes import NO_BROKER, Processes, kill, wait_until
from tests.scoring.tables import write


def payments(now, count):
    return [
        {
            "external_id": f"p{n}",
            "occurred_at": (now - timedelta(minutes=n)).isoformat(),
            "amount": "20.00",
            "currency": "EUR",
            "customer_id": f"C{n % 50}",
            "merchant_id": f"M{n % 5}",
        }
        for n in range(count)
    ]


def accepted_elsewhere(items, now):
    """Return how many were accepted over another connection, which waits for nobody long."""

    def accept():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '5s'")
            return accept_items(items, now=now).accepted
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        return other.submit(accept).result()


def test_who_sends_a_payment_of_the_file_meanwhile_does_not_wait(
    committed_db, model_storage, now, tmp_path, monkeypatch
):
    put_into_production(now=now)
    rows = payments(now, 20)
    sent = []

    def with_a_sender(*arguments, **named):
        sent.append(accepted_elsewhere(rows, now))
        return computed_vectors(*arguments, **named)

    monkeypatch.setattr(scoring, "computed_vectors", with_a_sender)
    path = write(tmp_path / "payments.ndjson", rows)
    summary = score_file(path=path, out=tmp_path / "scores.csv", now=now)
    assert (sent, summary.scored) == ([20], 20)
    assert Transaction.objects.count() == 20


@pytest.mark.slow
def test_a_killed_command_leaves_no_rows_and_the_next_one_no_draft(
    committed_db, model_storage, now, tmp_path
):
    put_into_production(now=now)
    path, out = write(tmp_path / "payments.ndjson", payments(now, 30_000)), tmp_path / "scores.csv"
    draft = tmp_path / ".scores.csv.draft"
    with Processes(tmp_path, redis_url=NO_BROKER) as processes:
        killed = processes.start("manage.py", "score_file", str(path), "--out", str(out))
        wait_until(somebody_scores, what=f"a row in the middle\n{processes.logs()}")
        kill(killed)
        assert killed.returncode == -signal.SIGKILL, "it ended too early to prove anything"
        assert not out.exists()
        wait_until(lambda: not somebody_scores(), what="the end of the killed one's connection")
        write(path, payments(now, 100))
        again = processes.start("manage.py", "score_file", str(path), "--out", str(out))
        assert again.wait(120) == 0, processes.logs()
    assert out.read_text().count("\n") == 101
    assert not draft.exists()
    assert Transaction.objects.count() == 0


def somebody_scores() -> bool:
    """Whether a connection holds rows of a file."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE query LIKE '%staged%' AND backend_xid IS NOT NULL"
            " AND pid <> pg_backend_pid() AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])
