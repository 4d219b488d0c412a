"""The table holds what was measured against what must be reached; the document shows it."""

import json
from dataclasses import fields
from pathlib import Path

import pytest

from bench.options import Options
from bench.report import DOCUMENT, END, KEPT, SIZES, START, block, put_into, rows, table
from bench.running import rounded

PIPELINE = {
    "rows": 200_000,
    "per_second": 6000.0,
    "ratio_to_copy": 0.1,
    "copy": {"per_second": 60_000.0},
    "storage": {"bytes": 1400.4, "tables": {}},
}
DECISIONS = {
    "workers": {
        "1": {
            "per_second": {"fraudreview": {"median": 900.0}, "fastapi": {"median": 6000.0}},
            "ratios": {"fastapi": 0.149},
            "half_peak": {
                "fraudreview": {
                    "rate": 450.0,
                    "milliseconds": {"p50": 4.0, "p95": 9.0, "p99": 49.9},
                }
            },
        }
    }
}


def reached(measurements):
    return [row.reached for row in rows(measurements)]


def test_what_is_reached_says_so():
    assert reached({"pipeline": PIPELINE}) == [True, True, True]


@pytest.mark.parametrize(
    ("change", "verdicts"),
    [
        ({"per_second": 4999.0}, [False, True, True]),
        ({"ratio_to_copy": 0.083}, [True, False, True]),
        ({"storage": {"bytes": 1501.0, "tables": {}}}, [True, True, False]),
    ],
)
def test_what_is_missed_says_so(change, verdicts):
    assert reached({"pipeline": PIPELINE | change}) == verdicts


def test_a_floor_that_is_just_missed_is_missed():
    assert reached({"decisions": DECISIONS}) == [False, True]
    assert "**no**" in table({"decisions": DECISIONS})


def test_a_measurement_that_was_not_made_has_no_row():
    assert reached({}) == []


def test_numbers_are_written_with_five_digits():
    assert rounded({"rate": 1234.5678, "n": 7, "list": (0.000123456,)}) == {
        "rate": 1234.6,
        "n": 7,
        "list": [0.00012346],
    }


def kept():
    return json.loads(KEPT.read_text())


def test_the_document_shows_the_kept_results():
    text = DOCUMENT.read_text()
    shown = text[text.index(START) : text.index(END) + len(END)]
    assert shown == block(kept())


def test_the_kept_results_are_complete():
    results = kept()
    assert {"machine", "options", "measured_at", "measurements"} <= results.keys()
    assert results["options"].keys() == {field.name for field in fields(Options)}
    machine = results["machine"]
    assert machine["postgresql"]["fsync"] == machine["postgresql"]["synchronous_commit"] == "on"
    assert set(machine["peers"]) == {"fastapi", "bentoml", "mlflow"}
    made = {"decisions", "pipeline", "services", "growth", "latency", "profile"}
    assert made <= results["measurements"].keys()


def test_a_smaller_run_says_that_it_is_one():
    results = kept()
    full = {name: getattr(Options(), name) for name in SIZES}
    full = {name: list(v) if isinstance(v, tuple) else v for name, v in full.items()}
    told = block(results | {"options": results["options"] | full})
    assert "smaller run" not in told
    told = block(results | {"options": results["options"] | full | {"rounds": 1}})
    assert "smaller run, to be repeated:** rounds 1 instead of 3." in told


def test_results_go_between_the_marks_of_the_document(tmp_path: Path):
    document = tmp_path / "performance.md"
    document.write_text(f"# Title\n\n{START}\nwhat stood here before\n{END}\n\nThe end.\n")
    put_into(document, kept())
    text = document.read_text()
    assert text.startswith("# Title") and text.endswith("The end.\n")
    assert block(kept()) in text and "what stood here before" not in text


def test_a_document_without_marks_is_refused(tmp_path: Path):
    document = tmp_path / "performance.md"
    document.write_text("# Title\n")
    with pytest.raises(ValueError, match="no place"):
        put_into(document, kept())
