"""The commands that import: one line of JSON for programs, sentences for people."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from scoring.models import Transaction
from tests.scoring.tables import write

pytestmark = pytest.mark.django_db
ROW = {"external_id": "a", "occurred_at": "2026-10-01T12:00:00Z", "amount": 5, "currency": "EUR"}


def run(*arguments):
    out = StringIO()
    call_command(*map(str, arguments), stdout=out, stderr=StringIO())
    return out.getvalue()


def test_the_last_line_is_json(tmp_path):
    rows = [ROW, ROW | {"external_id": "b", "amount": "much"}]
    path = write(tmp_path / "t.ndjson", rows)
    answer = json.loads(run("import_transactions", path, "--json").splitlines()[-1])
    assert {name: answer[name] for name in ("rows", "imported", "duplicates")} == {
        "rows": 2,
        "imported": 1,
        "duplicates": 0,
    }
    assert answer["errors"] == [
        {
            "line": 2,
            "code": "invalid",
            "field": "amount",
            "message": "This is not a decimal number.",
        }
    ]
    assert answer["errors_total"] == 1


def test_people_get_sentences(tmp_path):
    table = [ROW | {"amount": "x", "is_fraud": 1, "external_id": n} for n in range(15)]
    said = run("import_transactions", write(tmp_path / "t.csv", table))
    assert "With the mapping transactions: 15 rows, 0 imported" in said
    assert "line 2, amount: This is not a decimal number. (invalid)" in said
    assert "and 5 more errors" in said
    assert "Not kept, for they look like answers: is_fraud" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--mapping", "handbook"], "needs the column TRANSACTION_ID"),
        (["--mapping", "nobody"], "There is no mapping nobody"),
        (["--label-delay-days", "-3"], "label delay"),
    ],
)
def test_bad_input_ends_the_command_with_one_line(tmp_path, arguments, said):
    path = write(tmp_path / "t.csv", [ROW])
    with pytest.raises(CommandError) as caught:
        run("import_transactions", path, *arguments)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not Transaction.objects.exists()


def test_a_file_of_noise_is_one_line_that_can_be_printed(tmp_path):
    path = tmp_path / "noise.csv"
    path.write_bytes(bytes(range(128, 256)) + b",b\n1,2\n")
    with pytest.raises(CommandError, match="No shipped mapping fits") as caught:
        run("import_transactions", path)
    str(caught.value).encode()


def test_a_file_that_is_absent_ends_the_command(tmp_path):
    for command in ("import_transactions", "import_labels"):
        with pytest.raises(CommandError, match="There is no file"):
            run(command, tmp_path / "absent.csv")


def test_labels_have_their_command(tmp_path):
    run("import_transactions", write(tmp_path / "t.ndjson", [ROW]))
    labels = write(
        tmp_path / "l.csv", [{"external_id": "a", "label": "fraud", "source": "chargeback"}]
    )
    answer = json.loads(run("import_labels", labels, "--json"))
    assert (answer["rows"], answer["imported"], answer["errors"]) == (1, 1, [])
    assert "1 known already" in run("import_labels", labels)
