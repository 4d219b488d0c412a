"""Reason codes: a few sentences in plain words, both directions, nothing told twice."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from scoring.domain.explanation import reason_codes, sentence
from scoring.domain.explanation.families import families
from scoring.domain.features import parse_feature_set

NAN = math.nan
FEATURES = parse_feature_set((Path(__file__).parent / "told_features.toml").read_text())
TOLD = [
    ("amount", 1284.0, "Amount is €1,284.00"),
    ("hour", 23.0, "Made between 23:00 and 00:00 UTC"),
    ("night", 1.0, "Made at night"),
    ("weekend", 0.0, "Made on a weekday"),
    ("tenure", 12.4, "Customer for 12 days"),
    ("tenure", NAN, "It is not known since when this customer exists"),
    ("billing", 1.0, "Country and billing country differ"),
    ("billing", NAN, "Country and billing country cannot be compared: one is missing"),
    ("method", 1.0, "Payment method: bank transfer"),
    ("method", 2.0, "Payment method: none of the usual ones"),
    ("method", NAN, "Payment method is missing"),
    ("age", 41.0, "Age of the customer: 41"),
    ("gift", 1.0, "Gift: yes"),
    ("born", 3.2, "Date of the document is 3 days before this payment"),
    ("born", -40.0, "Date of the document is 40 days after this payment"),
    ("away", 312.4, "Distance from home: 312 km"),
    ("customer_ratio", 31.2, "Amount is 31 × this customer's 30-day mean"),
    ("customer_ratio", 1.04, "Amount is about this customer's 30-day mean"),
    ("customer_ratio", NAN, "No other payment by this customer in 30 days to compare with"),
    ("card_count_1h", 7.0, "7 payments with this card in 1 hour"),
    ("card_count_1h", 1.0, "1 payment with this card in 1 hour"),
    ("card_count_1h", NAN, "The payment names no card"),
    ("card_since", 42.0, "The last payment with this card was 42 seconds before"),
    ("card_since", NAN, "No other payment with this card in 36 hours"),
    ("sums", 312.0, "Payments by this customer in 1 day come to €312.00"),
    ("ips", 4.0, "4 different customers from this IP address in 1 day"),
    ("ips", NAN, "The payment names no IP address whose customers could be counted"),
    ("ips", 1.0, "One customer from this IP address in 1 day"),
    ("known_device", 0.0, "First payment by this customer from this device in 30 days"),
    ("known_device", 3.0, "3 earlier payments by this customer from this device in 30 days"),
    ("device_first", NAN, "No payment from this device was seen before"),
    ("device_first", 7200.0, "The first payment from this device was 2 hours before"),
    ("declined", 0.4, "40 % of the payments with this card in 1 day were declined"),
    ("declined", 0.0, "None of the payments with this card in 1 day were declined"),
    ("frauds", 0.0, "No fraud at this merchant became known in 30 days"),
    ("frauds", 0.021, "Frauds that became known at this merchant in 30 days: 2.1 % of payments"),
    ("late_count", 5.0, "5 payments at this merchant in the 1 day up to 7 days ago"),
]

# Inputs that say whether the payment names a customer, and a card.
NAMED = {"sums", "card_count_1h"}


def told(feature, value, **others):
    values = [others.get(name, NAN) for name in FEATURES.names]
    position = FEATURES.names.index(feature)
    values[position] = value
    return sentence(FEATURES, position, values, "EUR").replace("\N{NARROW NO-BREAK SPACE}", " ")


def reasons(**contributions):
    values = np.ones(len(FEATURES.features), np.float32)
    parts = [contributions.get(name, 0.0) for name in FEATURES.names]
    return reason_codes(feature_set=FEATURES, values=values, contributions=parts, currency="EUR")


@pytest.mark.parametrize(("feature", "value", "words"), TOLD)
def test_a_value_reads_as_a_sentence(feature, value, words):
    assert told(feature, value, **dict.fromkeys(NAMED - {feature}, 1.0)) == words


@pytest.mark.parametrize("feature", ["customer_ratio", "customer_mean_30d", "sums"])
def test_a_payment_without_a_customer_says_so(feature):
    assert told(feature, NAN) == "The payment names no customer"


def test_a_payment_of_a_customer_without_a_device_misses_the_device_only():
    assert told("known_device", NAN, sums=1.0) == ("The payment names no device to compare with")


def test_where_both_may_be_missing_both_are_told():
    words = "The payment names no customer or no device to compare with"
    assert told("known_device", NAN) == words


def test_a_mean_is_told_as_a_multiple_of_this_amount():
    words = told("customer_mean_30d", 40.0, amount=1240.0)
    assert words == "Amount is 31 × this customer's 30-day mean"


def test_a_mean_without_the_amount_is_told_as_money():
    words = told("customer_mean_30d", 40.0)
    assert words == "Mean payment by this customer in 30 days is €40.00"


@pytest.mark.parametrize("name", FEATURES.names)
@pytest.mark.parametrize("value", [NAN, 0.0, 1.0, 3.5, 1e9])
def test_every_input_has_a_sentence_for_any_value(name, value):
    words = told(name, value, amount=12.0)
    assert words[0].isupper() or words[0].isdigit()
    assert "nan" not in words


def test_reasons_come_strongest_first():
    codes = [r["code"] for r in reasons(amount=0.2, hour=-1.5, age=0.9, gift=0.4)]
    assert codes == ["time", "age", "gift", "amount"]


def test_at_most_five_reasons():
    many = dict.fromkeys(("amount", "hour", "tenure", "billing", "age", "gift", "away"), 0.5)
    assert len(reasons(**many)) == 5


def test_weak_reasons_are_left_out_beyond_three():
    found = reasons(amount=2.0, age=0.04, gift=0.03, away=0.02, tenure=0.01)
    assert [r["code"] for r in found] == ["amount", "age", "gift"]


def test_inputs_that_say_the_same_are_one_reason():
    found = reasons(card_count_1h=0.3, card_count_7d=0.9, card_since=-0.1, amount=0.5)
    assert [(r["code"], r["feature"]) for r in found] == [
        ("card_pace", "card_count_7d"),
        ("amount", "amount"),
    ]
    assert found[0]["contribution"] == pytest.approx(1.1)


def test_a_group_is_told_by_an_input_that_pulls_its_way():
    found = reasons(card_count_1h=-0.8, card_count_7d=0.6, card_since=0.5)
    assert found[0]["contribution"] == pytest.approx(0.3)
    assert found[0]["feature"] == "card_count_7d"


def test_what_speaks_against_is_told_too():
    strong = dict.fromkeys(("amount", "hour", "tenure", "billing", "age", "gift"), 1.0)
    found = reasons(**strong, away=-0.3)
    assert len(found) == 5
    assert [r["contribution"] < 0 for r in found] == [False, False, False, False, True]


def test_nothing_speaks_against_when_nothing_does():
    found = reasons(amount=1.0, age=0.5, gift=0.4)
    assert all(r["contribution"] > 0 for r in found)


def test_a_constant_model_has_no_reasons():
    assert reasons() == []


def test_reasons_are_json_with_missing_values_as_none():
    values = np.full(len(FEATURES.features), NAN, np.float32)
    found = reason_codes(
        feature_set=FEATURES,
        values=values,
        contributions=np.linspace(-1, 1, len(values)),
        currency="EUR",
    )
    again = json.loads(json.dumps(found, allow_nan=False))
    assert {r["value"] for r in again} == {None}
    assert set(again[0]) == {"code", "sentence", "contribution", "feature", "value"}


def test_every_input_belongs_to_exactly_one_family():
    positions = [place for places in families(FEATURES).values() for place in places]
    assert sorted(positions) == list(range(len(FEATURES.features)))
