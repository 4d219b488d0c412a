"""How far two people agree: known answers, what always holds, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.domain.agreement import FEWEST_PAIRS, Pairs, pair_agreement

counts = st.integers(0, 200)


def pairs_of(both: int, only_first: int, only_second: int, neither: int, share=0.05) -> Pairs:
    cells = np.repeat(np.arange(4), [both, only_first, only_second, neither])
    return Pairs(cells < 2, cells % 2 == 0, np.full(len(cells), share, float))


def measured(*table: int, **fields):
    return pair_agreement(pairs_of(*table, **fields), rng=np.random.default_rng(0))


def test_the_prevalence_paradox() -> None:
    """98 % say the same, yet kappa is 0.32, because fraud is rare; AC1 is 0.98."""
    found = measured(5, 10, 10, 975)
    assert found.raw.estimate == pytest.approx(0.98)
    assert found.kappa.estimate == pytest.approx(0.323, abs=0.001)
    assert found.ac1.estimate == pytest.approx(0.979, abs=0.001)
    assert found.positive.estimate == pytest.approx(10 / 30)


def test_a_table_from_the_textbook() -> None:
    """20, 5, 10 and 15 of 50 pairs: kappa 0.4 (Cohen's arithmetic by hand)."""
    found = measured(20, 5, 10, 15)
    assert found.raw.estimate == pytest.approx(0.7)
    assert found.kappa.estimate == pytest.approx(0.4)
    assert found.ac1.estimate == pytest.approx((0.7 - 0.495) / 0.505)
    assert found.positive.estimate == pytest.approx(40 / 55)


def test_where_everybody_agreed_the_interval_still_has_a_width() -> None:
    found = measured(10, 0, 0, 40)
    for each in (found.raw, found.kappa, found.ac1, found.positive):
        assert (each.estimate, each.high) == (1.0, 1.0) and 0.5 < each.low < 0.99


@given(counts, counts, counts, counts)
@settings(max_examples=60, deadline=None)
def test_measures_lie_in_their_intervals_and_these_in_their_range(a, b, c, d) -> None:
    found = measured(a, b, c, d)
    for each in (found.raw, found.kappa, found.ac1, found.positive):
        if each.estimate is None:
            assert each.refused
            continue
        assert -1 <= each.low <= each.estimate <= each.high <= 1 + 1e-12
        assert each.n == a + b + c + d


@given(counts, counts, counts, counts)
@settings(max_examples=30, deadline=None)
def test_it_does_not_matter_who_looked_first(a, b, c, d) -> None:
    one, other = measured(a, b, c, d), measured(a, c, b, d)
    for name in ("raw", "kappa", "ac1", "positive"):
        found = getattr(one, name).estimate
        assert found is None or found == pytest.approx(getattr(other, name).estimate)


def test_pairs_that_were_drawn_less_often_count_for_more() -> None:
    """Half of the verdicts, all agreed, were drawn at 10 %; the others, all disputed, at 5 %."""
    agreed, disputed = pairs_of(20, 0, 0, 20, share=0.10), pairs_of(0, 10, 10, 0, share=0.05)
    both = Pairs(
        np.concatenate([agreed.first, disputed.first]),
        np.concatenate([agreed.second, disputed.second]),
        np.concatenate([agreed.share, disputed.share]),
    )
    found = pair_agreement(both, rng=np.random.default_rng(0)).raw
    assert found.estimate == pytest.approx(0.5)
    assert found.n_eff == pytest.approx(800**2 / (40 * 10**2 + 20 * 20**2)) and found.n == 60


def test_too_few_pairs_or_calls_are_refused_with_a_sentence() -> None:
    few = measured(3, 1, 0, FEWEST_PAIRS - 5)
    assert few.raw.estimate is None and few.raw.refused == "19 pairs so far; this needs 20."
    rare = measured(1, 1, 0, 60)
    assert rare.raw.estimate is not None and rare.ac1.estimate is not None
    for each in (rare.kappa, rare.positive):
        assert each.refused == "Somebody said fraud in 2 pairs; this needs 5."
    assert measured(0, 0, 0, 0).raw.refused == "0 pairs so far; this needs 20."


@pytest.mark.parametrize("table", [(0.1, 0.05, 0.05, 0.8), (0.4, 0.08, 0.07, 0.45)])
def test_intervals_cover_what_is_true(table) -> None:
    """Nominal 95 %, over 300 desks of 120 pairs."""
    rng = np.random.default_rng(11)
    truth = measured(*(int(1_000 * share) for share in table))
    hits = dict.fromkeys(("raw", "kappa", "ac1", "positive"), 0)
    for drawn in rng.multinomial(120, table, size=300):
        found = pair_agreement(pairs_of(*drawn), rng=rng)
        for name in hits:
            true, each = getattr(truth, name).estimate, getattr(found, name)
            hits[name] += each.low <= true <= each.high
    assert all(0.91 <= hit / 300 <= 0.99 for hit in hits.values()), hits
