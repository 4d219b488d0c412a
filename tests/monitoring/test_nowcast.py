"""What the claims of a window will come to, from those that came so far."""

import numpy as np
import pytest

from monitoring.domain.delays import DelayCurve, longest_curve
from monitoring.domain.estimation.delays import nowcast

# A tenth of the complaints comes on each of ten days.
STEADY = DelayCurve(np.repeat(np.arange(1.0, 11.0), 10), effective=100)


def counted(claims: int, share: float | None, curve: DelayCurve = STEADY):
    return nowcast(
        "claimed_frauds", np.ones(claims), np.arange(claims), share_matured=share, curve=curve
    )


def test_the_share_that_is_in_follows_the_delays_of_old_payments() -> None:
    assert STEADY.share_in([0.5, 1, 5.5, 10, 90]).tolist() == [0, 0.1, 0.5, 1, 1]


def test_half_of_the_complaints_stand_for_twice_as_many() -> None:
    found = counted(40, 0.5)
    assert found.estimate == 80
    assert 40 < found.low < 80 < found.high
    assert (found.method, found.events, found.share_matured) == ("gamma", 40, 0.5)


def test_amounts_are_cast_like_counts() -> None:
    amounts = np.array([10.0, 200.0, 40.0])
    found = nowcast("claimed_amount", amounts, np.arange(3), share_matured=0.5, curve=STEADY)
    assert found.estimate == 500
    assert found.low >= 250
    assert found.n_eff < 3


def test_once_all_are_in_nothing_is_added() -> None:
    assert counted(40, 1.0).estimate == 40
    assert counted(40, 1.0).low == 40


def test_a_young_window_is_too_early_and_says_what_came() -> None:
    found = counted(40, 0.2)
    assert (found.estimate, found.low, found.high) == (None, 40, None)
    assert found.refused == "too early: 20 % of the complaints to come are in, 30 % are needed"


def test_without_matured_complaints_nobody_knows_how_late_they_come() -> None:
    found = counted(40, None, DelayCurve(np.ones(7), effective=7))
    assert found.refused == (
        "not enough evidence: 7 matured complaints tell how late they come, 30 are needed"
    )


def test_complaints_of_a_few_cards_do_not_know_it_either() -> None:
    curve = longest_curve(np.ones(60), np.full(60, 200.0), np.arange(60) % 3)
    assert counted(40, None, curve).refused == (
        "not enough evidence: 60 matured complaints, but of too few cards, tell how late they come"
    )


def test_claims_without_an_amount_come_to_none() -> None:
    """A card can be tested with nothing, and nothing be charged back."""
    found = nowcast("claimed_amount", np.zeros(3), np.arange(3), share_matured=0.5, curve=STEADY)
    assert (found.estimate, found.n_eff, found.n) == (0, None, 3)


def test_no_claim_so_far_is_no_number() -> None:
    assert counted(0, 0.5).refused == "not enough evidence: nothing was claimed so far"


@pytest.mark.parametrize("age", [4.0, 8.0, 20.0])
def test_the_interval_holds_what_it_comes_to(age) -> None:
    """Delays of eight days on average; about 80 frauds are claimed in the end."""
    rng, held, windows = np.random.default_rng(5), 0, 400
    for _ in range(windows):
        curve = DelayCurve(np.sort(rng.exponential(8.0, 120)), effective=120)
        delays = rng.exponential(8.0, rng.poisson(80))
        share = float(curve.share_in([age])[0])
        found = counted(int((delays <= age).sum()), share, curve)
        held += found.high is None or found.low <= len(delays) <= found.high
    assert 0.92 * windows <= held <= 0.99 * windows


@pytest.mark.parametrize("age", [4.0, 12.0])
def test_the_interval_holds_it_where_a_card_complains_about_all_its_payments_at_once(age) -> None:
    """Attacks of three payments on average, each complained about on one day."""
    rng, held, windows = np.random.default_rng(6), 0, 400
    for _ in range(windows):
        delays, cards = attacks(rng, 60)
        curve = longest_curve(delays, np.full(len(delays), 150.0), cards)
        delays, cards = attacks(rng, rng.poisson(40))
        told = delays <= age
        found = nowcast(
            "claimed_frauds",
            np.ones(told.sum()),
            cards[told],
            share_matured=float(curve.share_in([age])[0]),
            curve=curve,
        )
        held += found.high is None or found.low <= len(delays) <= found.high
    assert 0.91 * windows <= held <= 0.99 * windows


def attacks(rng, number):
    """The delay and the card of each payment of so many attacks."""
    sizes = rng.geometric(1 / 3, number)
    return np.repeat(rng.exponential(8.0, number), sizes), np.repeat(np.arange(number), sizes)
