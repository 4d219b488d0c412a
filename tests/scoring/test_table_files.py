"""Files of rows: read piece by piece, whatever is wrong with some lines."""

import gzip
from datetime import UTC, datetime
from decimal import Decimal

import polars as pl
import pytest

from scoring.domain.errors import Problem
from scoring.selectors.tables import ahead, open_table, table
from tests.scoring.tables import write

ROWS = [{"a": 1, "b": "x"}, {"a": 2, "b": None}, {"a": 3, "b": "z"}]


def rows(path, **options):
    """Return (line, values) of all rows and (line, code) of all refused lines."""
    found = open_table(path, **options)
    good, bad = [], []
    for chunk in found.chunks(found.columns):
        columns = [chunk.columns[name] for name in found.columns]
        good += zip(chunk.lines, zip(*columns, strict=True), strict=True)
        bad += [(error.line, error.code) for error in chunk.refused]
    return good, bad


def csv(tmp_path, text):
    path = tmp_path / "table.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "parquet", "ndjson"])
def test_all_formats_give_the_same_rows(tmp_path, ending):
    found = open_table(write(tmp_path / f"table.{ending}", ROWS))
    assert found.columns == ("a", "b")
    chunk = next(iter(found.chunks(["a", "b"])))
    assert [str(value) for value in chunk.columns["a"]] == ["1", "2", "3"]
    assert [value or None for value in chunk.columns["b"]] == ["x", None, "z"]


def test_only_wanted_columns_are_read(tmp_path):
    for ending in ("csv", "parquet", "ndjson"):
        chunk = next(open_table(write(tmp_path / f"t.{ending}", ROWS)).chunks(["b"]))
        assert set(chunk.columns) == {"b"}


def test_lines_are_counted_as_an_editor_does(tmp_path):
    good, bad = rows(csv(tmp_path, "a,b\n1,2\n\n3,4\n5\n6,7,8\n9,10\n"))
    assert good == [(2, ("1", "2")), (4, ("3", "4")), (7, ("9", "10"))]
    assert bad == [(5, "wrong_column_count"), (6, "wrong_column_count")]


def test_quoted_fields_may_hold_delimiters_and_line_ends(tmp_path):
    good, bad = rows(csv(tmp_path, 'a,b\n"x, ""y""\nz",1\n2,3\n'))
    assert good == [(2, ('x, "y"\nz', "1")), (4, ("2", "3"))]
    assert bad == []


def test_a_quote_inside_a_field_is_just_a_quote(tmp_path):
    good, bad = rows(csv(tmp_path, 'a,b\n5" pipe,1\n6" pipe,2\n'))
    assert [row for _, row in good] == [('5" pipe', "1"), ('6" pipe', "2")]
    assert bad == []


def test_a_forgotten_quote_costs_one_line_only(tmp_path):
    lines = "".join(f"{number},x\n" for number in range(300))
    good, bad = rows(csv(tmp_path, 'a,b\n"1,2\n' + lines))
    assert bad == [(2, "unclosed_quote")]
    assert len(good) == 300


def test_a_forgotten_quote_at_the_end_costs_one_line_only(tmp_path):
    good, bad = rows(csv(tmp_path, 'a,b\n1,2\n"3,4\n5,6\n'))
    assert [line for line, _ in good] == [2, 4]
    assert bad == [(3, "unclosed_quote")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_recognised(tmp_path, delimiter):
    good, _ = rows(csv(tmp_path, "a,b\n1,2\n".replace(",", delimiter)))
    assert good == [(2, ("1", "2"))]


def test_the_delimiter_may_be_stated(tmp_path):
    good, _ = rows(csv(tmp_path, "a:b\n1:2\n"), delimiter=":")
    assert good == [(2, ("1", "2"))]


def test_marks_and_line_ends_of_other_systems_do_no_harm(tmp_path):
    good, _ = rows(csv(tmp_path, b"\xef\xbb\xbfa,b\r\n1,2\r\n"))
    assert good == [(2, ("1", "2"))]


def test_bytes_that_are_no_text_stay_visible_to_the_intake(tmp_path):
    good, _ = rows(csv(tmp_path, b"a,b\n\xff,2\n"))
    assert good[0][1][0] == "\udcff"


def test_a_line_that_never_ends_is_refused(tmp_path, monkeypatch):
    from scoring.selectors.tables import lines

    monkeypatch.setattr(lines, "LONGEST_LINE", 20)
    good, bad = rows(csv(tmp_path, "a,b\n1,2\n3," + "x" * 99 + "\n5,6\n"))
    assert [line for line, _ in good] == [2, 4]
    assert bad == [(3, "too_long")]


def test_lines_that_are_not_objects_are_told(tmp_path):
    path = tmp_path / "t.ndjson"
    path.write_bytes(b'{"a": 1}\n{"a": \n[1]\n\n{"b": 2}\n{"a": NaN}\n\xff\n')
    good, bad = rows(path)
    assert good == [(1, (1, None)), (5, (None, 2))]
    assert bad == [(2, "not_json"), (3, "not_an_object"), (6, "not_json"), (7, "not_json")]


def test_typed_columns_keep_their_types_and_lose_their_traps(tmp_path):
    frame = pl.DataFrame(
        {
            "naive": [datetime(2026, 1, 1)],
            "zoned": pl.Series([datetime(2026, 1, 1)]).dt.replace_time_zone("Europe/Paris"),
            "nothing": [float("nan")],
            "single": pl.Series([0.1], dtype=pl.Float32),
            "money": pl.Series(["1.50"]).str.to_decimal(scale=2),
            "kind": pl.Series(["web"], dtype=pl.Categorical),
        }
    )
    path = tmp_path / "t.parquet"
    frame.write_parquet(path)
    ((_, values),), _ = rows(path)
    assert values == (
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2025, 12, 31, 23, tzinfo=UTC),
        None,
        0.1,
        Decimal("1.50"),
        "web",
    )


@pytest.mark.parametrize("ending", ["csv", "parquet", "ndjson"])
def test_pieces_follow_each_other(tmp_path, monkeypatch, ending):
    for module in ("delimited", "json_lines", "parquet"):
        monkeypatch.setattr(f"scoring.selectors.tables.{module}.CHUNK_ROWS", 4)
    path = write(tmp_path / f"t.{ending}", [{"a": number} for number in range(10)])
    found = open_table(path)
    chunks = list(found.chunks(["a"]))
    assert [len(chunk.lines) for chunk in chunks] == [4, 4, 2]
    assert [int(value) for chunk in chunks for value in chunk.columns["a"]] == list(range(10))
    assert 0 < found.done <= found.total


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("absent.csv", None, "file_not_found"),
        ("t.xlsx", b"x", "unknown_file_type"),
        ("t.csv", b"", "empty_file"),
        ("t.csv", b"\n\n", "empty_file"),
        ("t.csv", b"a,b,a\n1,2,3\n", "duplicate_column"),
        ("t.csv.gz", b"not packed", "unreadable_file"),
        ("t.csv.gz", gzip.compress(b"a,b\n1,2\n" * 1000, mtime=0)[:30], "unreadable_file"),
        ("t.parquet", b"not parquet", "unreadable_file"),
        ("t.parquet", b"", "unreadable_file"),
        ("t.ndjson", b"", "empty_file"),
        ("t.ndjson", b"not json\n", "unreadable_file"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_clear_error(tmp_path, name, content, code):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Problem) as caught:
        rows(path)
    assert caught.value.code == code
    assert "\n" not in caught.value.message


def test_a_folder_is_no_table(tmp_path):
    with pytest.raises(Problem, match="not a file"):
        open_table(tmp_path)


def test_a_file_that_breaks_off_says_so_after_its_good_part(tmp_path):
    text = "a,b\n" + "".join(f"{number},{number * 7919 % 1000}\n" for number in range(50_000))
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(text.encode())[:-2000])
    chunks = open_table(path).chunks(["a", "b"])
    assert len(next(chunks).lines) == table.CHUNK_ROWS
    with pytest.raises(Problem) as caught:
        list(chunks)
    assert caught.value.code == "unreadable_file"


def test_reading_ahead_changes_nothing_but_the_time():
    assert list(ahead(iter([1, 2, 3]))) == [1, 2, 3]
    assert list(ahead(iter([]))) == []

    def broken():
        yield 1
        raise Problem("broken", "It broke.")

    pieces = ahead(broken())
    assert next(pieces) == 1
    with pytest.raises(Problem, match="It broke"):
        next(pieces)
