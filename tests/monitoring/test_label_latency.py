"""How late labels come: never from payments whose late labels are still to come."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.domain.delays import FEWEST_DELAYS
from monitoring.domain.label_latency import (
    HORIZONS,
    from_dict,
    label_latency,
)


def told(delay, age, count=40, *, cards=None):
    """So many labels of one delay and age, each of a card of its own unless told otherwise."""
    numbers = np.arange(count) if cards is None else np.arange(count) % cards
    return np.full(count, float(delay)), np.full(count, float(age)), numbers


def latency(delays, age):
    """The latency of labels of different cards, all of one age."""
    return label_latency(np.asarray(delays, dtype=float), *told(0, age, len(delays))[1:])


def both(*parts):
    return tuple(np.concatenate(columns) for columns in zip(*parts, strict=True))


def test_delays_have_a_median_a_ninety_and_a_curve():
    delays = np.arange(1, 101, dtype=float)
    found = latency(delays, 150)
    assert (found.horizon, found.labels) == (120, 100)
    assert found.median and (found.median.low, found.median.days, found.median.high) == (40, 50, 61)
    assert found.ninety and (found.ninety.days, found.ninety.high) == (90, 96)
    week = found.known_by(7)
    assert week and week.share == 0.07
    assert week.low < 0.07 < week.high


def test_the_horizon_is_the_longest_with_enough_old_payments():
    for horizon in HORIZONS:
        assert label_latency(*told(2, horizon)).horizon == horizon
    assert label_latency(*told(2, 119)).horizon == 90


def test_labels_of_one_card_count_little_more_than_one():
    apart = label_latency(*told(2, 130, 60))
    together = label_latency(*told(2, 130, 60, cards=20))
    assert (apart.effective, together.effective) == (60, 20)
    assert apart.curve[-1].low > together.curve[-1].low
    few = label_latency(*told(2, 130, 60, cards=5))
    assert few.refused.startswith("60 labels, but of too few cards")


def test_intervals_cover_when_victims_complain_about_all_payments_at_once():
    chance = np.random.default_rng(17)
    rounds, covered = 300, 0
    for _ in range(rounds):
        sizes = chance.integers(1, 6, 40)
        delays = np.repeat(np.exp(chance.normal(np.log(12), 0.5, 40)), sizes)
        cards = np.repeat(np.arange(40), sizes)
        found = label_latency(delays, np.full(len(delays), 300.0), cards)
        assert found.median and found.median.high
        covered += found.median.low <= 12 <= found.median.high
    assert 0.92 <= covered / rounds <= 0.99


def test_labels_after_the_horizon_do_not_count():
    found = label_latency(*both(told(2, 130), told(125, 130, 10)))
    assert (found.labels, found.horizon) == (40, 120)


def test_too_few_labels_are_refused_with_their_number():
    found = label_latency(*told(2, 130, FEWEST_DELAYS - 1))
    assert found.horizon is None and found.median is None and found.curve == ()
    assert found.refused == "29 of 30 labels of payments that are 14 days old or older."


def test_a_high_quantile_of_few_labels_has_no_upper_end():
    found = latency(np.arange(1, 31), 130)
    assert found.ninety and found.ninety.high is None
    assert found.median and found.median.high is not None


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 13), min_size=1, max_size=60))
def test_young_payments_change_nothing(delays):
    old = told(20, 125)
    young = np.array(delays), np.full(len(delays), 13.5), np.arange(len(delays))
    assert label_latency(*both(old, young)) == label_latency(*old)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 119), min_size=30, max_size=80))
def test_the_curve_rises_to_all_and_stays_in_its_band(delays):
    found = latency(delays, 200)
    shares = [point.share for point in found.curve]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    # A bound of Wilson's may miss a share of 0 or 1 by the last digit.
    assert all(p.low - 1e-9 <= p.share <= p.high + 1e-9 for p in found.curve)


def test_counting_young_payments_would_make_a_source_look_fast():
    chance = np.random.default_rng(5)
    ages = chance.uniform(0, 150, 6_000)
    delays = np.exp(chance.normal(np.log(25), 0.7, 6_000))
    known = delays <= ages
    found = label_latency(delays[known], ages[known], np.arange(known.sum()))
    truth = float((delays <= 14).sum() / (delays <= 120).sum())
    naive = float((delays[known] <= 14).mean())
    fortnight = found.known_by(14)
    assert fortnight and fortnight.low <= truth <= fortnight.high
    assert naive > fortnight.high


def test_intervals_cover_as_they_say():
    chance = np.random.default_rng(11)
    median, rounds = 12.0, 400
    covered = {"median": 0, "share": 0}
    for _ in range(rounds):
        delays = np.exp(chance.normal(np.log(median), 0.5, 80))
        found = latency(delays, 300)
        share = found.known_by(14)
        assert found.median and found.median.high and share
        covered["median"] += found.median.low <= median <= found.median.high
        covered["share"] += share.low <= 0.6210 <= share.high
    assert all(0.92 <= count / rounds <= 0.99 for count in covered.values()), covered


@pytest.mark.parametrize("count", [5, 40])
def test_it_survives_being_stored(count):
    found = label_latency(*told(2, 130, count))
    assert from_dict(json.loads(json.dumps(found.as_dict()))) == found
