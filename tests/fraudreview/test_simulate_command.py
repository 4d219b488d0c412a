"""The command that writes a simulated history."""

import json
from io import StringIO

import polars as pl
import pytest
from django.core.management import CommandError, call_command


def run(*arguments):
    out = StringIO()
    call_command("simulate", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "parquet", "ndjson"])
def test_the_ending_chooses_the_format(tmp_path, ending):
    path = tmp_path / f"rows.{ending}"
    options = ("--days", 3, "--per-day", 200, "--seed", 4, "--drift", "--out", path)
    answer = json.loads(run(*options, "--json"))
    readers = {"parquet": pl.read_parquet, "ndjson": pl.read_ndjson}
    table = readers.get(ending, pl.read_csv)(path)
    assert table.height == answer["rows"]
    assert table["is_fraud"].sum() == answer["frauds"]


@pytest.mark.parametrize("ending", ["csv.gz", "parquet"])
def test_the_same_numbers_give_the_same_file(tmp_path, ending):
    for name in ("one", "two"):
        run("--days", 2, "--per-day", 50, "--seed", 4, "--out", tmp_path / f"{name}.{ending}")
    one, two = ((tmp_path / f"{name}.{ending}").read_bytes() for name in ("one", "two"))
    assert one == two


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--out", "rows.xlsx"], "must end with"),
        (["--days", "0", "--out", "rows.csv"], "days must lie"),
        (["--seed", "-1", "--out", "rows.csv"], "seed"),
        (["--days", "1", "--out", "no/such/folder/rows.csv"], "Cannot write"),
    ],
)
def test_bad_input_ends_the_command_with_one_line(tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandError) as caught:
        run(*arguments)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())
