"""What a valid transaction is: each wrong value has its code, and all are told at once."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from scoring.domain.errors import InvalidRecord
from scoring.domain.intake import MAX_ERRORS, validate

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
SECRET = b"a secret of the installation"
SMALLEST = {
    "external_id": "txn_1",
    "occurred_at": "2026-11-20T09:00:00Z",
    "amount": "12.30",
    "currency": "EUR",
}


def record(**fields):
    return validate({**SMALLEST, **fields}, now=NOW, secret=SECRET)


def codes(**fields):
    with pytest.raises(InvalidRecord) as caught:
        record(**fields)
    return [(error.field, error.code) for error in caught.value.errors]


def test_four_fields_are_enough():
    assert record().amount == Decimal("12.30")
    assert record().customer_id is None
    assert record().payment_stage == "authorized"
    assert record().attributes == {}


@pytest.mark.parametrize("field", SMALLEST)
@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_a_required_field_may_not_be_left_empty(field, nothing):
    assert codes(**{field: nothing}) == [(field, "required")]


def test_everything_wrong_is_told_at_once():
    wrong = {"amount": "NaN", "currency": "EURO", "colour": "red", "occurred_at": "yesterday"}
    assert set(codes(**wrong)) == {
        ("amount", "not_finite"),
        ("currency", "unknown_currency"),
        ("colour", "unknown_field"),
        ("occurred_at", "invalid"),
    }


def test_the_list_of_errors_has_an_end():
    assert len(codes(**{f"field_{number}": 1 for number in range(500)})) == MAX_ERRORS


@pytest.mark.parametrize("nothing", [None, [], "text", 3, True])
def test_what_is_not_an_object_is_refused(nothing):
    with pytest.raises(InvalidRecord) as caught:
        validate(nothing, now=NOW, secret=SECRET)
    assert caught.value.errors[0].code == "not_an_object"


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("NaN", "not_finite"),
        ("sNaN", "not_finite"),
        ("-Infinity", "not_finite"),
        (float("inf"), "not_finite"),
        ("1e400", "too_many_digits"),
        pytest.param(10**5000, "too_many_digits", id="a huge whole number"),
        ("1000000000000", "too_many_digits"),
        ("0.00001", "too_many_decimals"),
        ("1e-400", "too_many_decimals"),
        (0.1 + 0.2, "too_many_decimals"),
        ("12,30", "invalid"),
        ("€12.30", "invalid"),
        ("1_000", "invalid"),
        ("1" * 101, "invalid"),
        (True, "invalid"),
        ([12], "invalid"),
        ({"value": 12}, "invalid"),
    ],
)
def test_a_wrong_amount_has_its_code(amount, code):
    assert codes(amount=amount) == [("amount", code)]


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        (12, "12.0000"),
        (0.1, "0.1000"),
        ("1e2", "100.0000"),
        ("-8.50", "-8.5000"),
        ("-0", "0.0000"),
        ("999999999999.9999", "999999999999.9999"),
        ("12.300000", "12.3000"),
    ],
)
def test_an_amount_is_exact(sent, stored):
    assert str(record(amount=sent).amount) == stored


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        ("2026-11-20T09:00:00", "invalid"),
        ("2026-11-20", "invalid"),
        ("20/11/2026 09:00", "invalid"),
        (1_763_000_000, "invalid"),
        ("2026-11-22T09:00:00Z", "out_of_range"),
        ("9999-12-31T23:59:59-12:00", "out_of_range"),
        ("0001-01-01T00:00:00+12:00", "out_of_range"),
        ("1969-12-31T23:59:59Z", "out_of_range"),
    ],
)
def test_a_wrong_time_has_its_code(moment, code):
    assert codes(occurred_at=moment) == [("occurred_at", code)]


def test_a_time_is_kept_in_utc():
    moment = record(occurred_at="2026-11-20T10:15:00.250+02:00").occurred_at
    assert moment == datetime(2026, 11, 20, 8, 15, 0, 250_000, tzinfo=UTC)
    assert moment.utcoffset() == timedelta(0)


def test_a_customer_may_be_known_since_a_day_or_a_moment():
    assert record(customer_since="2020-02-29").customer_since == datetime(2020, 2, 29, tzinfo=UTC)
    since = record(customer_since="2020-02-29T12:00:00+01:00").customer_since
    assert since == datetime(2020, 2, 29, 11, tzinfo=UTC)
    assert codes(customer_since="2021-02-29") == [("customer_since", "invalid")]


def test_an_answer_may_be_asked_for_within_a_year():
    assert record(respond_by="2026-11-20T10:30:00Z").respond_by > NOW
    assert codes(respond_by="2036-11-20T10:30:00Z") == [("respond_by", "out_of_range")]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("currency", "EURO", "unknown_currency"),
        ("currency", "XTS", "unknown_currency"),
        ("country", "UK", "unknown_country"),
        ("country", "Germany", "unknown_country"),
        ("billing_country", 49, "invalid"),
        ("payment_stage", "paid", "unknown_choice"),
        ("customer_id", "C" * 101, "too_long"),
        ("customer_id", 12.5, "invalid"),
        ("customer_id", True, "invalid"),
        ("merchant_id", "shop\x00", "control_character"),
        ("device_id", "d\u202e1", "control_character"),
        ("external_id", "a/../b", "invalid"),
        ("external_id", ["txn"], "invalid"),
        ("email", "anna", "invalid"),
        ("ip_address", "300.1.1.1", "invalid"),
        ("channel", "w" * 51, "too_long"),
        ("attributes", [1], "invalid"),
        ("attributes", {str(number): 1 for number in range(101)}, "too_many"),
    ],
)
def test_each_wrong_field_has_its_code(field, value, code):
    assert codes(**{field: value}) == [(field, code)]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"deep": 1}, "not_flat"),
        ([1, 2], "not_flat"),
        (float("nan"), "not_finite"),
        (1e300, "out_of_range"),
        (10**400, "out_of_range"),
        (1e-300, "out_of_range"),
        ("x" * 501, "too_long"),
        ("bell\x07", "control_character"),
    ],
)
def test_each_wrong_attribute_is_named(value, code):
    assert codes(attributes={"weight": value, "fine": 1}) == [("attributes.weight", code)]


def test_an_attribute_needs_a_name_of_its_own():
    assert codes(attributes={"": 1}) == [("attributes.", "invalid")]
    assert codes(attributes={"a": 1, " a": 2}) == [("attributes. a", "duplicate")]


def test_attributes_keep_their_types():
    sent = {"text": " two words ", "count": 3, "share": 0.25, "new": True, "none": None}
    kept = record(attributes=sent).attributes
    assert kept == {"text": "two words", "count": 3, "share": 0.25, "new": True}
    assert kept["new"] is True


def test_card_numbers_never_reach_the_record():
    kept = record(
        card_id="4111 1111 1111 1111",
        attributes={"pan": "4111111111111111", "as_number": 4111111111111111},
    )
    assert "4111111111111111" not in repr(kept).replace(" ", "")
    assert kept.card_id == kept.attributes["pan"] == kept.attributes["as_number"]


def test_a_whole_number_is_an_id_too():
    assert record(customer_id=596).content_hash == record(customer_id="596").content_hash
