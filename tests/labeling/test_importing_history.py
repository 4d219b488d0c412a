"""Past payments and their answers come in from a file."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from labeling.models import Label
from labeling.services.history import import_history
from scoring.domain.errors import Problem
from scoring.models import (
    KnownFraud,
    QueuedTransaction,
    Transaction,
    TransactionDetails,
    TransactionEvent,
)
from tests.scoring.tables import write

pytestmark = pytest.mark.django_db
MAPPING = """
[fields]
external_id = "id"
occurred_at = "at"
amount = "amount"
currency = { column = "currency", optional = true }
customer_id = "customer"
email = "mail"

[labels]
column = "fraud"
fraud = ["1"]
legitimate = ["0"]
known_at = "known"

[events]
issuer_declined = "declined"
"""


@pytest.fixture
def history(tmp_path, now):
    """Return a function that imports rows, given by what is unusual about them."""
    mapping = tmp_path / "mine.toml"
    mapping.write_text(MAPPING)

    def imported(*rows, ending="csv", **options):
        table = [ordinary(number) | row for number, row in enumerate(rows)]
        path = write(tmp_path / f"table.{ending}", table)
        return import_history(path=path, mapping_name=str(mapping), now=now, **options)

    return imported


def ordinary(number):
    return {
        "id": f"t{number}",
        "at": "2026-10-01T12:00:00Z",
        "amount": "12.50",
        "currency": "EUR",
        "customer": "C1",
        "mail": "anna@example.org",
        "fraud": "0",
        "known": None,
        "declined": None,
        "lat": "43.5",
    }


def told(summary):
    return [(error.line, error.field, error.code) for error in summary.errors]


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "parquet", "ndjson"])
def test_rows_become_payments_that_nobody_decides(history, now, ending):
    summary = history({}, {"fraud": "1"}, ending=ending)
    assert (summary.rows, summary.imported, summary.refused) == (2, 2, 0)
    payment = Transaction.objects.get(external_id="t0")
    assert payment.imported
    assert payment.received_at == now
    assert payment.occurred_at == datetime(2026, 10, 1, 12, tzinfo=UTC)
    assert TransactionDetails.objects.get(transaction=payment).attributes == {"lat": "43.5"}
    assert not QueuedTransaction.objects.exists()


def test_answers_become_labels_known_after_a_week(history):
    summary = history({}, {"fraud": "1"}, {"fraud": None})
    assert summary.labels == 2
    label = Label.objects.get(value="fraud")
    assert (label.source, label.transaction.external_id) == ("import", "t1")
    assert label.known_at == datetime(2026, 10, 8, 12, tzinfo=UTC)
    assert KnownFraud.objects.get().known_at == label.known_at


def test_the_delay_may_be_another_and_a_date_counts_before_it(history):
    history({"fraud": "1"}, {"fraud": "1", "known": "2026-10-20T00:00:00Z"}, label_delay_days=2)
    known = Label.objects.order_by("transaction__external_id").values_list("known_at", flat=True)
    assert [moment.day for moment in known] == [3, 20]


def test_what_is_not_known_yet_is_left_out(history, now):
    tomorrow = (now + timedelta(days=1)).isoformat()
    summary = history({"fraud": "1", "known": tomorrow}, {})
    assert (summary.imported, summary.labels, summary.labels_to_come) == (2, 1, 1)
    assert not KnownFraud.objects.exists()


def test_the_same_file_twice_changes_nothing(history):
    rows = [{}, {"fraud": "1", "declined": "2026-10-01T12:00:05Z"}]
    history(*rows)
    again = history(*rows)
    assert (again.imported, again.duplicates, again.labels, again.errors) == (0, 2, 0, [])
    assert (Transaction.objects.count(), Label.objects.count()) == (2, 2)
    assert TransactionEvent.objects.count() == 1


def test_labels_that_come_later_reach_payments_that_are_known(history):
    history({"fraud": None})
    summary = history({"fraud": "1"})
    assert (summary.duplicates, summary.labels) == (1, 1)
    assert KnownFraud.objects.exists()


def test_an_interrupted_import_is_simply_repeated(history, monkeypatch):
    monkeypatch.setattr("scoring.selectors.tables.delimited.CHUNK_ROWS", 2)
    rows = [{"fraud": "1"} for _ in range(5)]

    def fall_over(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        history(*rows, progress=fall_over)
    assert Transaction.objects.count() == Label.objects.count() == 2
    summary = history(*rows)
    assert (summary.imported, summary.duplicates) == (3, 2)
    assert Label.objects.count() == KnownFraud.objects.count() == 5


def test_the_same_id_with_other_content_is_a_conflict(history):
    summary = history({}, {"id": "t0", "amount": "99"}, {"id": "t0"})
    assert (summary.rows, summary.imported, summary.duplicates, summary.refused) == (3, 1, 1, 1)
    assert told(summary) == [(3, "external_id", "conflict")]
    assert Transaction.objects.get().amount == pytest.approx(12.5)


def test_broken_rows_are_told_by_line_and_the_rest_is_imported(history):
    summary = history(
        {},
        {"amount": "much"},
        {"at": "yesterday", "mail": "anna"},
        {"currency": "EURO"},
        {"currency": "SLE"},
        {"fraud": "perhaps"},
        {"id": None},
        {"declined": "soon"},
        {},
    )
    assert (summary.rows, summary.imported, summary.refused) == (9, 2, 7)
    assert summary.errors_total == 8
    assert sorted(told(summary)) == [
        (3, "amount", "invalid"),
        (4, "email", "invalid"),
        (4, "occurred_at", "invalid"),
        (5, "currency", "unknown_currency"),
        (6, "currency", "no_exchange_rate"),
        (7, "label", "unknown_label"),
        (8, "external_id", "required"),
        (9, "events.issuer_declined", "invalid"),
    ]
    assert all(error.message.endswith(".") for error in summary.errors)


def test_the_first_hundred_errors_are_kept_and_all_are_counted(history):
    summary = history(*({"amount": "x"} for _ in range(150)))
    assert (len(summary.errors), summary.errors_total, summary.refused) == (100, 150, 150)


def test_payments_may_wait_for_a_decision_like_live_ones(history):
    history({}, {}, enqueue=True)
    assert QueuedTransaction.objects.count() == 2
    assert not Transaction.objects.filter(imported=True).exists()


def test_declines_become_events(history):
    history({"declined": "2026-10-01T12:00:05Z"}, {})
    event = TransactionEvent.objects.get()
    assert (event.type, event.transaction.external_id) == ("issuer_declined", "t0")


def test_the_planner_learns_at_once_how_much_there_is(history):
    history(*({} for _ in range(1_000)))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples FROM pg_class"
            " WHERE relname IN ('scoring_transaction', 'labeling_label')"
        )
        assert all(count >= 1_000 for (count,) in cursor.fetchall())


def test_progress_is_told(history):
    seen = []
    history(*({} for _ in range(3)), progress=lambda done, total: seen.append((done, total)))
    assert seen
    assert seen[-1][0] == seen[-1][1] > 0


def test_a_source_that_labels_do_not_know_is_told(tmp_path, now):
    mapping = tmp_path / "mine.toml"
    mapping.write_text(MAPPING.replace('known_at = "known"', 'source = "known"'))
    path = write(tmp_path / "t.csv", [ordinary(1) | {"known": "rumour"}])
    summary = import_history(path=path, mapping_name=str(mapping), now=now)
    assert told(summary) == [(2, "label_source", "unknown_choice")]


def test_without_a_mapping_the_one_that_fits_is_taken(tmp_path, now):
    row = {
        "external_id": "a",
        "occurred_at": "2026-10-01T12:00:00Z",
        "amount": 5,
        "currency": "EUR",
    }
    path = write(tmp_path / "t.ndjson", [row | {"attributes": {"vip": True}}])
    assert import_history(path=path, now=now).mapping == "transactions"
    assert TransactionDetails.objects.get().attributes == {"vip": True}


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"mapping_name": "nobody"}, "unknown_mapping"),
        ({"mapping_name": "handbook"}, "missing_column"),
        ({"label_delay_days": -1.0}, "invalid_delay"),
        ({"label_delay_days": float("nan")}, "invalid_delay"),
    ],
)
def test_what_cannot_be_used_is_one_error(tmp_path, now, options, code):
    path = write(
        tmp_path / "t.csv", [{"external_id": "a", "occurred_at": "", "amount": 1, "currency": ""}]
    )
    with pytest.raises(Problem) as caught:
        import_history(path=path, now=now, **options)
    assert caught.value.code == code
