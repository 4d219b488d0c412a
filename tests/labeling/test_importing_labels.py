"""Labels come in from a file."""

import pytest

from labeling.models import Label
from labeling.services.label_files import import_labels
from scoring.domain.errors import Problem
from scoring.models import KnownFraud
from tests.histories import add_payments, at
from tests.scoring.tables import write

pytestmark = pytest.mark.django_db


@pytest.fixture
def labels(tmp_path, now):
    add_payments(
        {"external_id": f"t{number}", "occurred_at": at(0), "base_amount": 5} for number in range(4)
    )

    def imported(*rows, ending="csv"):
        return import_labels(path=write(tmp_path / f"labels.{ending}", rows), now=now)

    return imported


def row(number, **fields):
    known = "2026-11-05 08:00:00"
    body = {"external_id": f"t{number}", "label": "fraud", "source": "chargeback"}
    return body | {"known_at": known} | fields


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "parquet", "ndjson"])
def test_rows_become_labels_since_they_were_known(labels, ending):
    summary = labels(row(0), row(1, label="legitimate", source="manual"), ending=ending)
    assert (summary.rows, summary.imported, summary.errors) == (2, 2, [])
    assert Label.objects.get(value="fraud").known_at == at(4, hours=8)
    assert KnownFraud.objects.get().known_at == at(4, hours=8)


def test_without_a_moment_a_label_is_known_from_now_on(labels, now):
    labels({"external_id": "t0", "label": "fraud", "source": "fraud_report"})
    assert Label.objects.get().known_at == now


@pytest.mark.parametrize("ending", ["csv", "parquet", "ndjson"])
def test_a_code_that_a_table_with_gaps_made_a_fraction_is_the_code(labels, ending):
    reason = "4837.0" if ending == "csv" else 4837.0
    summary = labels(row(0, reason=reason), row(1, reason=None), ending=ending)
    assert summary.errors == []
    assert list(Label.objects.order_by("transaction__external_id").values_list("reason")) == [
        ("4837",),
        ("",),
    ]


@pytest.mark.parametrize("code", ["10.0", "10.4", "13.10", "F24"])
def test_every_other_code_stays_as_it_is_written(labels, code):
    labels(row(0, reason=code))
    assert Label.objects.get().reason == code


def test_the_same_file_twice_changes_nothing(labels):
    labels(row(0), row(1))
    again = labels(row(0), row(1))
    assert (again.imported, again.duplicates) == (0, 2)
    assert Label.objects.count() == 2


def test_broken_rows_are_told_by_line_and_the_rest_is_imported(labels):
    summary = labels(row(0), row(9), row(1, label="guilty"), row(2, known_at="soon"), row(3))
    assert (summary.rows, summary.imported, summary.refused) == (5, 2, 3)
    assert [(error.line, error.field, error.code) for error in summary.errors] == [
        (3, "external_id", "unknown_transaction"),
        (4, "label", "unknown_choice"),
        (5, "known_at", "invalid"),
    ]


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ([{"external_id": "t0", "label": "fraud"}], "missing_column"),
        ([row(0, colour="red")], "unknown_column"),
    ],
)
def test_a_file_with_other_columns_is_one_error(labels, table, code):
    with pytest.raises(Problem) as caught:
        labels(*table)
    assert caught.value.code == code
