"""The command that scores a file: one line of JSON for programs, sentences for people."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from scoring.models import Transaction
from tests.scoring.tables import write

pytestmark = pytest.mark.django_db
ROW = {"external_id": "a", "occurred_at": "2026-10-01T12:00:00Z", "amount": 5, "currency": "EUR"}
WRONG = ROW | {"external_id": "b", "amount": "much"}


def run(tmp_path, rows, *arguments, out="scores.csv"):
    path, said = write(tmp_path / "t.ndjson", rows), StringIO()
    arguments = [path, "--out", tmp_path / out, *arguments]
    call_command("score_file", *map(str, arguments), stdout=said, stderr=StringIO())
    return said.getvalue()


def test_the_last_line_is_json(tmp_path, production_model):
    answer = json.loads(run(tmp_path, [ROW, WRONG], "--json").splitlines()[-1])
    assert {name: answer[name] for name in ("rows", "scored", "out", "errors_total")} == {
        "rows": 2,
        "scored": 1,
        "out": str(tmp_path / "scores.csv"),
        "errors_total": 1,
    }
    assert answer["errors"] == [
        {
            "line": 2,
            "code": "invalid",
            "field": "amount",
            "message": "This is not a decimal number.",
        }
    ]


def test_people_get_sentences(tmp_path, production_model):
    said = run(tmp_path, [ROW, WRONG])
    assert "With the mapping transactions, model version 1 and policy" in said
    assert f"2 rows, 1 scored into {tmp_path / 'scores.csv'}" in said
    assert "line 2, amount: This is not a decimal number. (invalid)" in said
    assert not Transaction.objects.exists()


def test_where_nothing_could_be_scored_it_says_so_and_exits_with_1(tmp_path, production_model):
    with pytest.raises(SystemExit) as ended:
        run(tmp_path, [WRONG])
    assert ended.value.code == 1
    assert not (tmp_path / "scores.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--mapping", "nobody"], "There is no mapping nobody"),
        (["--model-version", "9"], "There is no model version 9"),
        (["--policy", "9"], "There is no policy 9"),
    ],
)
def test_bad_input_ends_the_command_with_one_line(tmp_path, production_model, arguments, said):
    with pytest.raises(CommandError, match=said):
        run(tmp_path, [ROW], *arguments)
