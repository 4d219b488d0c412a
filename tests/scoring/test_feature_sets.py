"""Feature sets are read from TOML strictly, and named by their meaning."""

import pytest

from scoring.domain.features import InvalidFeatureSet, parse_feature_set
from scoring.selectors.feature_sets import feature_set_named, shipped_names


def faults(features: str) -> set[tuple[str, str]]:
    with pytest.raises(InvalidFeatureSet) as caught:
        parse_feature_set(f'name = "test"\nfeatures = [{features}]')
    assert caught.value.code == "invalid_feature_set"
    return {(fault.field, fault.code) for fault in caught.value.errors}


@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_set_can_be_read(name: str) -> None:
    assert feature_set_named(name).name == name


def test_the_card_set_has_the_fifteen_inputs_of_the_handbook() -> None:
    assert len(feature_set_named("card").names) == 15


def test_comments_do_not_change_the_hash() -> None:
    plain = 'name = "a"\nfeatures = [{ name = "amount", kind = "amount" }]'
    assert parse_feature_set(plain).hash == parse_feature_set(f"# words\n{plain}").hash


def test_a_label_does_not_change_the_hash() -> None:
    line = 'name = "a"\nfeatures = [{{ name = "amount", kind = "amount"{} }}]'
    plain, labelled = line.format(""), line.format(', label = "Sum"')
    assert parse_feature_set(plain).hash == parse_feature_set(labelled).hash


def test_another_window_changes_the_hash() -> None:
    line = (
        'name = "a"\nfeatures = [{{ name = "n", kind = "window", entity = "card_id",'
        ' aggregate = "count", window = "{}" }}]'
    )
    assert parse_feature_set(line.format("1d")).hash != parse_feature_set(line.format("2d")).hash


def test_an_unknown_kind_is_refused() -> None:
    assert faults('{ name = "a", kind = "magic" }') == {("a", "unknown_kind")}


def test_a_key_of_another_kind_is_refused() -> None:
    assert faults('{ name = "a", kind = "amount", window = "1d" }') == {("a", "unknown_field")}


def test_an_unknown_entity_is_refused() -> None:
    window = '{ name = "a", kind = "window", entity = "moon", aggregate = "count", window = "1d" }'
    assert faults(window) == {("a", "invalid")}


def test_a_window_without_length_is_refused() -> None:
    assert faults('{ name = "a", kind = "window", entity = "card_id", aggregate = "count" }') == {
        ("a", "invalid")
    }


def test_a_name_that_could_be_sql_is_refused() -> None:
    assert faults('{ name = "a; DROP TABLE x", kind = "amount" }') == {
        ("a; DROP TABLE x", "invalid")
    }


def test_every_fault_is_reported_at_once() -> None:
    both = '{ name = "a", kind = "magic" }, { name = "b", kind = "number" }'
    assert {field for field, _ in faults(both)} == {"a", "b"}


def test_a_name_that_stands_twice_is_refused() -> None:
    twice = '{ name = "a", kind = "amount" }, { name = "a", kind = "hour" }'
    assert faults(twice) == {("a", "duplicate")}


def test_text_that_is_no_toml_is_refused() -> None:
    with pytest.raises(InvalidFeatureSet, match="file"):
        parse_feature_set("name = ")
