"""Answers in a table: what they mean and since when they are known."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.scoring.tables import SIMPLE, faults, read, reader

AT = datetime(2026, 11, 1, 10, tzinfo=UTC)
LABELS = '[labels]\ncolumn = "y"\nfraud = ["1", "Yes"]\nlegitimate = [0, "No"]\n'


def labels(addition="", **columns):
    count = len(columns["y"])
    table = {"id": list("abcdefgh")[:count], "at": [AT] * count, "amount": [1] * count}
    return read(SIMPLE + LABELS + addition, **table, **columns)


@pytest.mark.parametrize("written", ["1", 1, 1.0, True, "1.0", " yes ", "YES"])
def test_an_answer_means_fraud_however_it_is_spelled(written):
    extra = LABELS.replace('"Yes"', '"Yes", true')
    table = {"id": ["a"], "at": [AT], "amount": [1], "y": [written]}
    assert read(SIMPLE + extra, **table).rows[0].label.value == "fraud"


def test_legitimate_is_an_answer_and_nothing_is_none():
    found = [row.label and row.label.value for row in labels(y=["0", None, " ", "No"]).rows]
    assert found == ["legitimate", None, None, "legitimate"]


def test_an_answer_that_means_nothing_is_told_with_its_line():
    mapped = labels(y=["0", "perhaps", "1"])
    assert faults(mapped) == [(2, "label", "unknown_label")]
    assert len(mapped.rows) == 2


def test_an_answer_without_a_date_is_known_after_the_delay():
    assert labels(y=["1"]).rows[0].label.known_at == AT + timedelta(days=7)
    table = {"id": ["a"], "at": [AT], "amount": [1], "y": ["1"]}
    chunk = reader(SIMPLE + LABELS, list(table), days=3)
    from scoring.domain.mapping import Chunk

    assert chunk.read(Chunk([1], table)).rows[0].label.known_at == AT + timedelta(days=3)


def test_a_dated_answer_is_known_from_its_date_on():
    mapped = labels('known_at = "when"\n', y=["1", "1"], when=["2026-11-05T00:00:00Z", ""])
    known = [row.label.known_at for row in mapped.rows]
    assert known == [datetime(2026, 11, 5, tzinfo=UTC), AT + timedelta(days=7)]


def test_no_answer_is_known_at_the_moment_of_its_question():
    mapped = labels('known_at = "when"\n', y=["1", "1"], when=[AT, AT - timedelta(days=1)])
    assert {row.label.known_at for row in mapped.rows} == {AT + timedelta(days=7)}


def test_a_date_that_is_none_is_told():
    mapped = labels('known_at = "when"\n', y=["1"], when=["soon"])
    assert faults(mapped) == [(1, "label_known_at", "invalid")]


def test_the_source_may_stand_in_a_column():
    mapped = labels('source = "by"\n', y=["1", "0"], by=["chargeback", None])
    assert [row.label.source for row in mapped.rows] == ["chargeback", ""]


def test_answers_never_become_attributes():
    mapped = labels('known_at = "when"\nsource = "by"\n', y=["1"], when=[""], by=["manual"])
    assert mapped.rows[0].record.attributes == {}


def test_optional_labels_may_be_missing():
    table = {"id": ["a"], "at": [AT], "amount": [1]}
    mapping = SIMPLE + LABELS + "optional = true\n"
    assert read(mapping, **table).rows[0].label is None
