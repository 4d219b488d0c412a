"""The reference sample: where a value stands among payments, and which inputs move together."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.domain.explanation import all_reasons, worth_telling
from scoring.domain.explanation.reference import (
    InputReference,
    Standing,
    from_numbers,
    reference_of,
    standing,
    to_numbers,
    told_values,
)
from scoring.domain.explanation.standings import standing_words
from scoring.domain.features import parse_feature_set

FEATURES = parse_feature_set((Path(__file__).parent / "told_features.toml").read_text())
PLACE = {name: place for place, name in enumerate(FEATURES.names)}
AMOUNT = FEATURES.features[PLACE["amount"]]


def sample(rows: int = 2000) -> np.ndarray:
    """Independent inputs; each test replaces the columns it speaks of."""
    return np.random.default_rng(3).random((rows, len(FEATURES.names))).astype(np.float32)


def words(reference, name, value) -> str:
    place = PLACE[name]
    told = standing_words(FEATURES.features[place], standing(reference.inputs[place], value))
    return told.replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_a_value_is_told_by_the_share_of_payments_it_exceeds() -> None:
    values = sample()
    values[:, PLACE["amount"]] = np.arange(1, 2001)
    reference = reference_of(FEATURES, values)
    assert words(reference, "amount", 1990.0) == "higher than 99 % of payments"
    assert words(reference, "amount", 1999.5) == "higher than 99.9 % of payments"
    assert words(reference, "amount", 5000.0) == "higher than 99.9 % of payments"
    assert words(reference, "amount", 400.0) == "lower than 79 % of payments"
    assert words(reference, "amount", 1000.5) == "higher than 50 % of payments"


def test_spans_of_time_are_longer_and_shorter() -> None:
    values = sample()
    values[:, PLACE["card_since"]] = np.arange(1, 2001)
    assert words(reference_of(FEATURES, values), "card_since", 3.0).startswith("shorter than 99")


def test_a_value_that_most_payments_have_exceeds_nothing() -> None:
    values = sample()
    values[:, PLACE["card_count_1h"]] = np.repeat([0, 1], [1400, 600])
    reference = reference_of(FEATURES, values)
    assert words(reference, "card_count_1h", 0.0) == "as in most payments"
    assert words(reference, "card_count_1h", 1.0) == "higher than 70 % of payments"


def test_what_many_payments_lack_is_compared_with_those_that_have_it() -> None:
    values = sample()
    values[:, PLACE["device_first"]] = np.nan
    values[:500, PLACE["device_first"]] = np.arange(500)
    reference = reference_of(FEATURES, values)
    assert words(reference, "device_first", 450.5) == "longer than 90 % of payments that have it"


def test_named_values_and_missing_ones_are_told_by_how_common_they_are() -> None:
    values = sample()
    values[:, PLACE["method"]] = np.repeat([0, 1, np.nan], [1500, 260, 240])
    reference = reference_of(FEATURES, values)
    assert words(reference, "method", 1.0) == "the same in 13 % of payments"
    assert words(reference, "method", np.nan) == "missing in 12 % of payments"
    assert words(reference, "method", 2.0) == "the same in fewer than 0.1 % of payments"


def test_a_mean_stands_as_the_ratio_that_its_sentence_tells() -> None:
    values = sample(2)
    values[:, PLACE["amount"]] = 310, 10
    values[:, PLACE["customer_mean_30d"]] = 10, np.nan
    told = told_values(FEATURES, values)[:, PLACE["customer_mean_30d"]]
    assert told[0] == pytest.approx(31) and np.isnan(told[1])


def test_an_input_that_never_had_a_value_says_nothing() -> None:
    assert standing_words(AMOUNT, standing(InputReference(missing=1.0), 5.0)) == ""


def test_inputs_that_move_together_are_told_as_one() -> None:
    values = sample()
    values[:, PLACE["tenure"]] = 1 / (1 + values[:, PLACE["amount"]])
    groups = reference_of(FEATURES, values).groups
    assert (PLACE["amount"], PLACE["tenure"]) in groups
    assert sorted(place for group in groups for place in group) == list(range(len(FEATURES.names)))


def test_grouped_inputs_are_added_up_under_the_strongest_of_them() -> None:
    contributions = np.zeros(len(FEATURES.names))
    contributions[PLACE["amount"]], contributions[PLACE["sums"]] = 0.4, 1.1
    contributions[PLACE["tenure"]] = -0.3
    together = (PLACE["amount"], PLACE["sums"])
    others = [(place,) for place in range(len(FEATURES.names)) if place not in together]
    reasons = worth_telling(
        all_reasons(FEATURES, contributions.tolist(), groups=[together, *others])
    )
    assert [reason.code for reason in reasons] == ["customer_amounts", "tenure"]
    assert reasons[0].contribution == pytest.approx(1.5)
    assert (reasons[0].position, reasons[0].positions) == (PLACE["sums"], together)


def test_a_reference_survives_its_json() -> None:
    reference = reference_of(FEATURES, sample(300))
    assert from_numbers(to_numbers(reference)) == reference


@settings(max_examples=60, deadline=None)
@given(
    column=st.lists(st.integers(0, 30), min_size=5, max_size=200),
    value=st.integers(-1, 31),
)
def test_below_and_above_never_promise_too_much(column, value) -> None:
    values = sample(len(column))
    values[:, PLACE["amount"]] = column
    found = standing(reference_of(FEATURES, values).inputs[PLACE["amount"]], float(value))
    assert found.below <= np.mean(np.array(column) < value) + 1e-9
    assert found.above <= np.mean(np.array(column) > value) + 1e-9
    assert found == Standing(found.below, found.above)
