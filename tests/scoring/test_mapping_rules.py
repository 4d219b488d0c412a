"""What a mapping may say, and what it means."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from scoring.domain.errors import Problem
from scoring.domain.mapping import check_columns, fitting_mapping, parse_mapping
from tests.scoring.tables import SIMPLE, faults, read

AT = ["2026-11-01T10:00:00Z"]


def one(mapping, **columns):
    mapped = read(mapping, **columns)
    assert mapped.errors == []
    return mapped.rows[0].record


def with_time(source):
    return SIMPLE.replace('occurred_at = "at"', f"occurred_at = {source}")


def with_amount(source):
    return SIMPLE.replace('amount = "amount"', f"amount = {source}")


def test_columns_and_constants_fill_the_fields():
    record = one(SIMPLE, id=["a"], at=AT, amount=["12.5"])
    assert (record.external_id, record.amount, record.currency) == ("a", Decimal("12.5"), "EUR")
    assert record.occurred_at == datetime(2026, 11, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("source", "columns"),
    [
        ('"at"', {"at": ["2018-04-01T00:00:31Z"]}),
        ('"at"', {"at": ["2018-04-01 00:00:31"]}),
        ('"at"', {"at": ["2018-04-01T02:00:31+02:00"]}),
        ('"at"', {"at": [datetime(2018, 4, 1, 0, 0, 31, tzinfo=UTC)]}),
        ('{ column = "at", format = "%d/%m/%Y %H:%M:%S" }', {"at": ["01/04/2018 00:00:31"]}),
        (
            '{ columns = ["day", "hour"], format = "%Y-%m-%d %H:%M:%S" }',
            {"day": ["2018-04-01"], "hour": ["00:00:31"]},
        ),
        ('{ epoch_seconds = "at" }', {"at": [1522540831]}),
        ('{ epoch_seconds = "at" }', {"at": ["1522540831.0"]}),
        ('{ seconds_since = "2018-04-01T00:00:00Z", column = "at" }', {"at": ["31"]}),
        ("{ seconds_since = 2018-04-01T00:00:00Z, column = 'at' }", {"at": [31]}),
        (
            '{ parts = { year = "y", month = "m", day = "d", time = "t" } }',
            {"y": [2018], "m": ["4"], "d": ["01"], "t": ["00:00:31"]},
        ),
        (
            '{ parts = { year = "y", month = "m", day = "d", hour = "h", second = "s" } }',
            {"y": [2018], "m": [4], "d": [1.0], "h": [0], "s": ["31"]},
        ),
    ],
)
def test_times_are_read_in_many_forms(source, columns):
    record = one(with_time(source), id=["a"], amount=[1], **columns)
    assert record.occurred_at == datetime(2018, 4, 1, 0, 0, 31, tzinfo=UTC)


def test_a_date_alone_is_its_first_moment():
    mapping = with_time('{ column = "at", format = "%Y%m%d" }')
    record = one(mapping, id=["a"], amount=[1], at=[20180401])
    assert record.occurred_at == datetime(2018, 4, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("source", "written", "amount"),
    [
        ('"amount"', "12.34", "12.34"),
        ('"amount"', 12.34, "12.34"),
        ('"amount"', 30.000000000000004, "30"),
        ('"amount"', "(12.50)", "-12.50"),
        ('{ column = "amount", symbols = "$" }', "$134.09", "134.09"),
        ('{ column = "amount", symbols = "$" }', "$-99.00", "-99"),
        ('{ column = "amount", symbols = "$" }', "-$99.00", "-99"),
        ('{ column = "amount", symbols = "€ ", thousands = ",", }', "€ 1,284.00", "1284"),
        ('{ column = "amount", thousands = ".", decimal = "," }', "1.284,50", "1284.5"),
        ('{ column = "amount", magnitude = true }', "-12.5", "12.5"),
        ('{ column = "amount", magnitude = true }', -12.5, "12.5"),
    ],
)
def test_amounts_are_cleaned(source, written, amount):
    record = one(with_amount(source.replace(", }", " }")), id=["a"], at=AT, amount=[written])
    assert record.amount == Decimal(amount)


@pytest.mark.parametrize("written", ["much", "12.34567", "1e999", "nan", "12,50", True, [1]])
def test_what_is_no_amount_is_told(written):
    mapped = read(SIMPLE, id=["a"], at=AT, amount=[written])
    assert [(line, field) for line, field, _ in faults(mapped)] == [(1, "amount")]


def test_values_are_translated_joined_and_shortened():
    mapping = SIMPLE.replace(
        "[fields]",
        """[fields]
channel = { column = "how", values = { "Chip" = "terminal" } }
card_id = { columns = ["user", "card"] }
merchant_id = { column = "shop", without_prefix = "fraud_" }""",
    )
    table = {"id": ["a", "b"], "at": AT * 2, "amount": [1, 2], "how": ["Chip", "App"]}
    rows = read(mapping, **table, user=[7, 7], card=[0, None], shop=["fraud_A", "B"]).rows
    assert [row.record.channel for row in rows] == ["terminal", "app"]
    assert [row.record.card_id for row in rows] == ["7-0", None]
    assert [row.record.merchant_id for row in rows] == ["A", "B"]


def test_numbers_that_name_people_are_kept_as_tokens_only():
    mapping = SIMPLE.replace(
        "[fields]", '[fields]\ncustomer_id = { column = "ssn", tokenised = true }'
    )
    rows = read(mapping, id=["a", "b"], at=AT * 2, amount=[1, 2], ssn=["070-69-2161"] * 2).rows
    first, second = (row.record.customer_id for row in rows)
    assert first == second
    assert "070" not in first
    assert first.startswith("customer_")


def test_card_numbers_become_the_tokens_that_the_api_makes():
    mapping = SIMPLE.replace("[fields]", '[fields]\ncard_id = "card"')
    record = one(mapping, id=["a"], at=AT, amount=[1], card=[4111111111111111])
    assert record.card_id.startswith("card_")
    assert record.card_id.endswith("_1111")


def test_ids_that_a_table_turned_into_floats_are_whole_again():
    mapping = SIMPLE.replace("[fields]", '[fields]\ncustomer_id = "customer"')
    assert one(mapping, id=[5.0], at=AT, amount=[1], customer=[596.0]).customer_id == "596"


def test_a_table_without_ids_gets_them_from_its_content():
    mapping = SIMPLE.replace('"id"', '{ generated_from = ["at", "amount"], prefix = "t-" }')
    rows = read(mapping, at=AT * 3, amount=["1", "2", "1"]).rows
    ids = [row.record.external_id for row in rows]
    assert ids[0] == ids[2] != ids[1]
    assert ids[0].startswith("t-")


def test_a_table_without_anything_unique_numbers_its_rows():
    mapping = SIMPLE.replace('"id"', '{ generated_from = "row_number", prefix = "t-" }')
    rows = read(mapping, at=AT * 2, amount=["1", "1"]).rows
    assert [row.record.external_id for row in rows] == ["t-1", "t-2"]


def test_unmapped_columns_become_attributes_but_answers_do_not():
    table = {"id": ["a"], "at": AT, "amount": [1], "country_code": ["x"], "V1": [1.5]}
    mapped = read(SIMPLE, **table, is_fraud=[1], TX_FRAUD_SCENARIO=[2], Label=[0])
    assert mapped.rows[0].record.attributes == {"country_code": "x", "V1": 1.5}


def test_attributes_have_types_names_and_limits_of_the_mapping():
    mapping = SIMPLE + (
        '[attributes]\ncolumns = ["lat", "vip", "Use Chip"]\nnumbers = ["lat"]\n'
        'truths = ["vip"]\nnames = { "Use Chip" = "entry" }\n'
    )
    table = {"id": ["a", "b"], "at": AT * 2, "amount": [1, 2], "other": ["x", "y"]}
    rows = read(mapping, **table, lat=["43.5", ""], vip=["Yes", "0"], **{"Use Chip": ["S", None]})
    attributes = [row.record.attributes for row in rows.rows]
    assert attributes == [{"lat": 43.5, "vip": True, "entry": "S"}, {"vip": False}]


def test_an_attribute_of_the_wrong_type_is_told():
    mapping = SIMPLE + '[attributes]\nnumbers = ["lat"]\ntruths = ["vip"]\n'
    mapped = read(mapping, id=["a"], at=AT, amount=[1], lat=["north"], vip=["perhaps"])
    assert faults(mapped) == [(1, "attributes.lat", "invalid"), (1, "attributes.vip", "invalid")]


def test_constants_must_be_valid_themselves():
    with pytest.raises(Problem) as caught:
        read(SIMPLE.replace("EUR", "EURO"), id=["a"], at=AT, amount=[1])
    assert caught.value.code == "invalid_mapping"
    assert "constants.currency" in caught.value.message


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("fields = ", "TOML"),
        ("", "fields is missing"),
        (SIMPLE + "[colours]\n", "unknown key colours"),
        (SIMPLE.replace("[fields]", '[fields]\ncolour = "c"'), "no such field"),
        (SIMPLE.replace('amount = "amount"', ""), "required field amount"),
        (SIMPLE.replace('"amount"', "7"), "text or a table"),
        (SIMPLE.replace('"amount"', '{ col = "a" }'), "unknown key col"),
        (with_time('{ column = "a", columns = ["b"] }'), "either column or columns"),
        (with_time('{ parts = { year = "y" } }'), "parts are year, month, day"),
        (with_time('{ seconds_since = "once", column = "at" }'), "must be a moment"),
        (SIMPLE + '[labels]\nfraud = ["1"]\nlegitimate = ["0"]\n', "column is missing"),
        (SIMPLE + '[labels]\ncolumn = "y"\nfraud = "1"\nlegitimate = []\n', "must be a list"),
        (
            SIMPLE + '[labels]\ncolumn = "y"\nfraud = []\nlegitimate = []\ndelay_days = -1\n',
            "not negative",
        ),
        (SIMPLE + '[events]\nstolen = "at"\n', "unknown key stolen"),
        (SIMPLE + '[ignore]\ncolumn = "x"\n', "unknown key column"),
        (SIMPLE + 'amount = "0"\n', "in [fields] and in [constants]"),
        (SIMPLE + '[csv]\ndelimiter = ";;"\n', "one character"),
    ],
)
def test_a_mapping_that_is_none_is_one_clear_sentence(mapping, said):
    with pytest.raises(Problem) as caught:
        parse_mapping(mapping, name="mine")
    assert caught.value.code == "invalid_mapping"
    assert "mine" in caught.value.message
    assert said in caught.value.message
    assert "\n" not in caught.value.message.split("TOML")[0]


@pytest.mark.parametrize(
    ("addition", "column"),
    [
        ("", "amount"),
        ('[labels]\ncolumn = "y"\nfraud = ["1"]\nlegitimate = ["0"]\n', "y"),
        ('[attributes]\ncolumns = ["lat"]\n', "lat"),
        ('[events]\ncaptured = "captured_at"\n', "captured_at"),
    ],
)
def test_a_column_that_is_missing_is_named_with_those_that_are_there(addition, column):
    mapping = parse_mapping(SIMPLE + addition, name="mine")
    columns = {"id", "at", "amount", "y", "lat", "captured_at"} - {column}
    with pytest.raises(Problem) as caught:
        check_columns(mapping, sorted(columns))
    assert caught.value.code == "missing_column"
    assert f"needs the column {column}," in caught.value.message
    assert all(present in caught.value.message for present in columns)


def test_the_mapping_that_uses_most_columns_fits_best():
    poor = parse_mapping(SIMPLE, name="poor")
    rich = parse_mapping(SIMPLE.replace("[fields]", '[fields]\nemail = "email"'), name="rich")
    columns = ["id", "at", "amount", "email"]
    assert fitting_mapping([poor, rich], columns).name == "rich"
    assert fitting_mapping([poor, rich], columns[:3]).name == "poor"
    with pytest.raises(Problem) as caught:
        fitting_mapping([poor, rich], ["id"])
    assert caught.value.code == "no_mapping_fits"
