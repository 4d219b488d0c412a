"""How often whose verdicts are checked, and which payment stands for a whole case."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.domain.second_review import (
    Lot,
    count_pairs,
    either_share,
    needs_third,
    newcomer_share,
    standing_in,
)

values = st.sampled_from(["fraud", "legitimate", "cannot_tell"])


@pytest.mark.parametrize(
    ("decided", "share"), [(0, 1.0), (49, 1.0), (50, 0.3), (199, 0.3), (200, 0.0), (9_000, 0.0)]
)
def test_checking_eases_with_experience(decided, share) -> None:
    assert newcomer_share(decided) == share


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_more_experience_is_never_checked_more(one, other) -> None:
    less, more = sorted((one, other))
    assert newcomer_share(less) >= newcomer_share(more) >= 0


def test_the_lot_falls_below_its_probability_only() -> None:
    assert Lot(0.3, 0.29).selected and not Lot(0.3, 0.3).selected
    assert Lot(1.0, 0.999_999).selected and not Lot(0.0, 0.0).selected


@given(st.dictionaries(st.integers(1, 99), st.floats(0, 1), min_size=1))
def test_the_lowest_draw_stands_for_all(draws) -> None:
    assert draws[standing_in(draws)] == min(draws.values())


def test_payments_of_a_case_stand_for_it_equally_often() -> None:
    from scoring.domain.sampling import draw

    chosen = Counter(
        standing_in({n: draw(b"secret", f"case-{case}-{n}", "which") for n in range(4)})
        for case in range(2_000)
    )
    assert all(400 < chosen[n] < 600 for n in range(4))


@given(st.floats(0, 1), st.floats(0, 1))
def test_two_lots_check_no_less_than_either_and_never_more_than_all(one, other) -> None:
    assert max(one, other) - 1e-12 <= either_share(one, other) <= min(1, one + other) + 1e-12


@given(values, values)
def test_only_fraud_against_legitimate_is_a_dispute(first, second) -> None:
    assert needs_third(first, second) == ({first, second} == {"fraud", "legitimate"})


@given(values)
def test_a_fraud_to_be_confirmed_goes_on_until_somebody_else_says_fraud(second) -> None:
    assert needs_third("fraud", second, confirming=True) == (second != "fraud")


@given(st.lists(st.tuples(values, values)))
def test_every_told_pair_is_counted_once(pairs) -> None:
    counted = count_pairs(pairs)
    told = [pair for pair in pairs if "cannot_tell" not in pair]
    assert counted.pairs == len(told)
    assert counted.agreeing == sum(first == second for first, second in told)
