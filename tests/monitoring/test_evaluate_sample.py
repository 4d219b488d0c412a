"""The command `evaluate_sample`, as others call it."""

import json

import numpy as np
import polars as pl
import pytest
from django.core.management import CommandError, call_command

from tests.monitoring.samples import World

KEYS = ["estimate", "low", "high", "method", "n", "n_eff", "events", "refused"]


def evaluate(path, capsys):
    call_command("evaluate_sample", str(path), "--json")
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def write(tmp_path, text):
    path = tmp_path / "sample.csv"
    path.write_text(text)
    return path


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    """A window of a known world as a file of one row per transaction."""
    world, rng = World(), np.random.default_rng(5)
    stratum = np.repeat(np.arange(5), world.sizes)
    fraud = rng.random(len(stratum)) < np.array(world.shares)[stratum]
    propensity = np.array(world.propensities)[stratum]
    labelled = rng.random(len(stratum)) < propensity
    path = tmp_path_factory.mktemp("world") / "sample.csv"
    pl.DataFrame(
        {
            "flagged": np.array(world.sides)[stratum],
            "label": np.where(labelled, fraud.astype(int).astype(str), ""),
            "propensity": propensity,
            "stratum": stratum,
            "cluster": np.arange(len(stratum)) // 3,
        }
    ).write_csv(path)
    return path


def test_a_window_of_a_known_world_is_estimated_within_its_intervals(simulated, capsys) -> None:
    found = evaluate(simulated, capsys)
    assert list(found) == ["prevalence", "precision", "recall", "fpr"]
    for name, truth in World().truth().items():
        assert list(found[name]) == KEYS
        assert found[name]["low"] <= truth <= found[name]["high"]
        assert found[name]["refused"] is None


def test_for_people_it_prints_one_line_for_each(simulated, capsys) -> None:
    call_command("evaluate_sample", str(simulated))
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["prevalence", "precision", "recall", "fpr"]


def test_a_file_without_labels_is_refused_in_words(tmp_path, capsys) -> None:
    path = write(tmp_path, "flagged,label,propensity,stratum,cluster\n1,,0.5,a,1\n0,,0.5,b,2\n")
    for found in evaluate(path, capsys).values():
        assert found["estimate"] is None
        assert found["refused"].startswith("not enough evidence")


def test_labels_written_as_decimals_are_read(tmp_path, capsys) -> None:
    rows = "1,1.0,1,a,\n1,0.0,1,a,\n0,0.0,0.5,b,\n0,1.0,0.5,b,\n0,,0.5,b,\n"
    found = evaluate(write(tmp_path, f"flagged,label,propensity,stratum,cluster\n{rows}"), capsys)
    assert found["precision"]["estimate"] == pytest.approx(0.5)
    assert found["precision"]["n"] == 2


def test_one_stratum_and_no_clusters_are_a_simple_random_sample(tmp_path, capsys) -> None:
    rows = "".join(f"{n % 4 == 0:d},{n % 8 == 0:d},1\n" for n in range(80))
    found = evaluate(write(tmp_path, f"flagged,label,propensity\n{rows}"), capsys)
    assert found["precision"]["estimate"] == pytest.approx(0.5)
    assert found["precision"]["method"] == "wilson"


def test_clusters_that_are_all_alike_make_no_rate_certain(tmp_path, capsys) -> None:
    """Each of 30 customers has a caught fraud, a missed one, and an honest payment."""
    rows = "".join(f"1,1,1,{n}\n0,1,1,{n}\n0,0,1,{n}\n" for n in range(30))
    found = evaluate(write(tmp_path, f"flagged,label,propensity,cluster\n{rows}"), capsys)
    assert found["prevalence"]["high"] - found["prevalence"]["low"] > 0.15
    assert found["recall"]["n_eff"] <= 60


def test_claimed_frauds_as_a_stratum_of_their_own_count_once(tmp_path, capsys) -> None:
    """Three are fewer than a stratum needs, and are still not spread over their neighbours."""
    rows = "0,1,1,claimed\n" * 3 + "1,1,1,flagged\n" * 20 + "1,0,1,flagged\n" * 20
    rows += "0,1,0.1,rest\n" * 2 + "0,0,0.1,rest\n" * 98 + "0,,0.1,rest\n" * 900
    path = write(tmp_path, f"flagged,label,propensity,stratum\n{rows}")
    found = evaluate(path, capsys)["recall"]
    assert found["estimate"] == pytest.approx(20 / (20 + 3 + 2 * 10))
    assert found["events"] == 5


def test_blanks_around_words_and_lines_do_no_harm(tmp_path, capsys) -> None:
    rows = "1,1,1\n" * 3 + "\n" + " 1 ,0, 1\n" * 5 + "0,1,1\r\n\n\n"
    path = write(tmp_path, f"\ufeffflagged, label ,propensity\n{rows}")
    found = evaluate(path, capsys)["precision"]
    assert (found["estimate"], found["n"]) == (3 / 8, 8)


@pytest.mark.parametrize("propensity", ["1e-9", "1e-17"])
def test_a_propensity_is_never_too_small_to_divide_by(tmp_path, capsys, propensity) -> None:
    rows = f"1,1,{propensity}\n1,0,{propensity}\n0,1,{propensity}\n" * 12 + "0,0,1\n" * 12
    found = evaluate(write(tmp_path, f"flagged,label,propensity\n{rows}"), capsys)
    assert found["precision"]["estimate"] == pytest.approx(0.5)
    # The honest one that came for sure weighs nothing beside those that so rarely come.
    assert found["recall"]["estimate"] == pytest.approx(1 / 3)
    assert all(0 <= each["low"] <= each["estimate"] <= each["high"] for each in found.values())


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "empty"),
        ("flagged,label,propensity\n", "no rows"),
        ("flagged,label,propensity\n1,1,1e-320\n", "propensity must be a number above 0"),
        ("flagged,label\n1,1\n", "propensity is missing"),
        ("flagged,label,propensity,colour\n1,1,1,red\n", "colour is not known"),
        ("flagged,label,propensity\n1,1,0\n", "Line 2: propensity must be a number above 0"),
        ("flagged,label,propensity\n1,1,1\n1,1,1.5\n", "Line 3: propensity"),
        ("flagged,label,propensity\n1,1,nan\n", "Line 2: propensity"),
        ("flagged,label,propensity\n1,1,\n", "Line 2: propensity"),
        ("flagged,label,propensity\n1,yes,1\n", "Line 2: label must be 0, 1 or empty"),
        ("flagged,label,propensity\n,1,1\n", "Line 2: flagged must be 0 or 1"),
        ("flagged,label,propensity\n1,1,1,7\n", "not a CSV file"),
        ("flagged;label;propensity\n1;1;1\n", "separated by semicolons; this needs commas"),
        ("flagged,label,label,propensity\n1,1,0,1\n", "The column label is there 2 times"),
        ("flagged,label,propensity\n1,.0,1\n", "Line 2: label must be 0, 1 or empty"),
        ("flagged,label,propensity\n\n1,1,1\n1,1,9\n", "Line 4: propensity"),
    ],
)
def test_a_bad_file_is_one_clear_error(tmp_path, content, complaint) -> None:
    with pytest.raises(CommandError, match=complaint):
        call_command("evaluate_sample", str(write(tmp_path, content)))


def test_a_missing_file_is_one_clear_error(tmp_path) -> None:
    with pytest.raises(CommandError, match="There is no file"):
        call_command("evaluate_sample", str(tmp_path / "nowhere.csv"))


def test_strata_that_agree_have_no_more_evidence_than_labels(tmp_path, capsys) -> None:
    rows = "1,1,0.00001,a,one\n" * 30 + "0,0,0.00001,b,one\n" * 50
    found = evaluate(write(tmp_path, f"flagged,label,propensity,stratum,cluster\n{rows}"), capsys)
    assert 75 < found["prevalence"]["n_eff"] <= 80
