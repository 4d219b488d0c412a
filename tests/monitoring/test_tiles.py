"""Sentences and scales of the tiles."""

import pytest

from monitoring.domain.estimation import Estimate
from monitoring.domain.tiles import RATES, rate_tile, scale_of


def estimate(name="fpr", point=0.0234, low=0.02, high=0.027, refused=None):
    return Estimate(name, point, low, high, "logit", 900, 800.0, 30, None, refused)


@pytest.mark.parametrize("name", RATES)
def test_every_rate_has_a_sentence_that_can_be_read_alone(name) -> None:
    tile = rate_tile(estimate(name))
    assert tile.sentence.startswith("Of ")
    assert tile.sentence.endswith(".")
    assert tile.definition.endswith(".")


def test_a_rate_is_said_in_payments() -> None:
    assert rate_tile(estimate()).sentence == (
        "Of 1,000 legitimate payments, 23 are declined in the end."
    )


def test_where_the_interval_is_wide_both_its_ends_are_said() -> None:
    tile = rate_tile(estimate("recall", point=0.911, low=0.175, high=0.96))
    assert tile.sentence == "Of 100 frauds, 18 to 96 are flagged."


def test_a_zero_is_said_with_what_it_rules_out() -> None:
    tile = rate_tile(estimate(point=0.0, low=0.0, high=0.0004))
    assert tile.sentence.startswith("None was found; more than 0.04")


def test_an_open_question_is_said_first() -> None:
    tile = rate_tile(estimate(), target=0.025)
    assert tile.sentence.startswith("The interval holds the target of 2.5")


@pytest.mark.parametrize(
    ("low", "high", "beginning"),
    [
        (0.41, None, "At least 41.0"),
        (None, 0.02, "At most 2.0"),
        (0.2, 0.6, "Between 20.0"),
        (None, None, "6 frauds found"),
    ],
)
def test_a_refusal_begins_with_what_is_known(low, high, beginning) -> None:
    refused = "not enough evidence: 6 frauds found among approved payments, 10 are needed"
    tile = rate_tile(estimate("recall", None, low, high, refused))
    assert tile.sentence.startswith(beginning)
    assert tile.sentence.endswith("6 frauds found among approved payments, 10 are needed.")


@pytest.mark.parametrize(
    ("high", "target", "scale"),
    [(0.027, None, 0.04), (0.0001, None, 0.005), (0.02, 0.1, 0.16), (0.99, None, 1.0)],
)
def test_the_scale_leaves_room_beside_the_interval(high, target, scale) -> None:
    assert scale_of(estimate(point=high / 2, low=0.0, high=high), target) == scale
