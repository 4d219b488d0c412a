"""Shares from labels that were drawn with known probabilities."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.domain.estimation import (
    Evidence,
    Population,
    Sample,
    Unlabelled,
    complement,
    estimate_share,
    from_dict,
)
from monitoring.domain.estimation.rates import legitimate_share, precision, prevalence, recall
from scoring.domain.errors import Problem
from tests.monitoring.samples import World, flagged_of, sample_of

BOTH = (0, 1)
ANY = Evidence()


def all_four(sample, required=ANY):
    flagged = flagged_of(sample)
    asked = (
        prevalence(sample, sides=BOTH),
        precision(sample, flagged, sides=(1,)),
        recall(sample, flagged, sides=BOTH),
        legitimate_share(
            sample, flagged, possible=flagged, name="fpr", sides=BOTH, found="found flagged"
        ),
    )
    return {share.name: estimate_share(sample, share, required=required) for share in asked}


def golden_sample():
    """A million charges: below the threshold all outcomes are known, above a twentieth is."""
    rows = [(0, False, 1.0, 890_000), (0, True, 1.0, 10_000)]
    rows += [(1, False, 0.05, 1_000), (1, True, 0.05, 4_000)]
    return sample_of(rows, count=[900_000, 100_000], side=[0, 1])


def test_the_golden_arithmetic_of_released_charges() -> None:
    found = all_four(golden_sample())
    assert found["precision"].estimate == pytest.approx(80_000 / 100_000)
    assert found["recall"].estimate == pytest.approx(80_000 / 90_000)
    assert found["fpr"].estimate == pytest.approx(20_000 / 910_000)
    assert found["prevalence"].estimate == pytest.approx(90_000 / 1_000_000)
    assert found["precision"].n == 5_000


def test_labels_are_not_the_population() -> None:
    """Among the labelled ones the false-positive rate would read 0.1 %, not 2.2 %."""
    sample = golden_sample()
    honest = ~sample.fraud
    naive = (honest & flagged_of(sample)).sum() / honest.sum()
    assert naive == pytest.approx(1_000 / 891_000)
    assert all_four(sample)["fpr"].estimate > 15 * naive


def test_drawn_payments_without_an_answer_leave_the_weights_to_the_others() -> None:
    """Half of the drawn ones are judged: each stands for twice as many."""
    sample = sample_of([(0, False, 0.1, 45), (0, True, 0.1, 5)], count=[1_000], side=[0])
    assert sample.weight.sum() == pytest.approx(1_000)
    assert all_four(sample)["prevalence"].estimate == pytest.approx(0.1)


@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.floats(0.01, 1.0), st.integers(1, 60)),
        min_size=1,
        max_size=8,
    )
)
def test_weights_add_up_to_the_population_of_every_side(cells) -> None:
    """The sum of 1/π over the labels is the number of payments, pooled cells included."""
    rows = [(place, False, share, labels) for place, (_, share, labels) in enumerate(cells)]
    counts = [labels + extra for extra, _, labels in cells]
    side = [place % 2 for place in range(len(cells))]
    sample = sample_of(rows, count=counts, side=side)
    for which in set(side):
        expected = sum(count for count, each in zip(counts, side, strict=True) if each == which)
        of_side = sample.population.side[sample.cell] == which
        assert sample.weight[of_side].sum() == pytest.approx(expected)


def test_a_thin_stratum_borrows_from_its_side_only() -> None:
    rows = [(0, False, 0.01, 300), (1, True, 0.02, 2), (2, True, 1.0, 3), (2, False, 1.0, 40)]
    sample = sample_of(rows, count=[30_000, 100, 43], side=[0, 0, 1])
    assert sample.pool_of_cell.tolist() == [1, 1, 2]
    assert sample.weight[flagged_of(sample)].sum() == pytest.approx(43)


@given(st.floats(0.001, 1.0), st.integers(1, 30), st.integers(10, 60))
def test_equal_weights_give_wilsons_interval(propensity, frauds, honest) -> None:
    rows = [(0, True, propensity, frauds), (0, False, propensity, honest)]
    sample = sample_of(rows, count=[100_000], side=[0])
    found = estimate_share(sample, prevalence(sample, sides=(0,)))
    assert found.method == "wilson"
    assert found.estimate == pytest.approx(frauds / (frauds + honest))
    assert found.low < found.estimate < found.high
    assert found.n_eff == pytest.approx(frauds + honest, rel=0.2)


def test_many_events_on_both_sides_give_the_logit_interval() -> None:
    rows = [(0, True, 0.5, 100), (0, False, 0.5, 400), (1, True, 1.0, 90), (1, False, 1.0, 60)]
    sample = sample_of(rows, count=[1_000, 150], side=[1, 1])
    found = all_four(sample)["precision"]
    assert found.method == "logit"
    assert found.low < (200 + 90) / 1_150 < found.high


def test_few_missed_frauds_give_the_gamma_interval() -> None:
    rows = [(0, True, 0.01, 4), (0, False, 0.01, 996), (1, True, 1.0, 300), (1, False, 1.0, 100)]
    found = all_four(sample_of(rows, count=[100_000, 400], side=[0, 1]))["recall"]
    assert (found.method, found.events) == ("gamma", 4)
    assert found.estimate == pytest.approx(300 / 700)
    # Four found, each standing for a hundred: between about 120 and 980 were missed.
    assert 300 / 1_280 < found.low < 300 / 900
    assert 300 / 450 < found.high < 300 / 400


def test_without_a_missed_fraud_recall_has_only_a_lower_bound() -> None:
    rows = [(0, False, 0.01, 1_000), (1, True, 1.0, 900), (1, False, 1.0, 100)]
    found = all_four(sample_of(rows, count=[100_000, 1_000], side=[0, 1]))["recall"]
    assert found.estimate is None
    assert found.high is None
    # One of a hundred may just have been missed: three times a hundred at most.
    assert found.low == pytest.approx(900 / 1_200, rel=0.05)
    assert found.refused == (
        "not enough evidence: no fraud found among approved payments, 1 is needed"
    )


def test_too_few_events_are_refused_with_a_sentence_and_bounds() -> None:
    rows = [(0, True, 0.01, 6), (0, False, 0.01, 994), (1, True, 1.0, 300), (1, False, 1.0, 100)]
    sample = sample_of(rows, count=[100_000, 400], side=[0, 1])
    found = all_four(sample, Evidence(events=10))["recall"]
    assert found.estimate is None
    assert found.refused == (
        "not enough evidence: 6 frauds found among approved payments, 10 are needed"
    )
    assert 0 < found.low < 300 / 900 < found.high < 1


def test_many_events_of_which_few_carry_the_weight_give_a_wide_interval() -> None:
    rows = [(0, True, 0.01, 3), (0, False, 0.01, 397), (1, True, 1.0, 150), (1, False, 1.0, 90)]
    sample = sample_of(rows, count=[40_000, 240], side=[0, 1])
    found = all_four(sample, Evidence(events=10))["prevalence"]
    assert (found.events, found.method) == (153, "gamma")
    assert found.high > 2 * found.estimate
    assert found.n_eff < 1_000


def test_a_narrow_interval_is_evidence_enough() -> None:
    """Nobody was wrongly flagged among thousands: that says a lot."""
    rows = [(0, False, 0.1, 900), (0, True, 0.1, 3), (1, True, 1.0, 40), (1, False, 1.0, 2)]
    sample = sample_of(rows, count=[9_030, 42], side=[0, 1])
    found = all_four(sample, Evidence(events=10, narrow=0.01))
    assert found["fpr"].estimate == pytest.approx(2 / 9_002)
    assert found["fpr"].high < 0.01
    assert found["recall"].estimate is None


def test_a_side_without_labels_is_refused() -> None:
    sample = sample_of([(1, True, 1.0, 30), (1, False, 1.0, 30)], count=[5_000, 60], side=[0, 1])
    found = all_four(sample)
    for name in ("recall", "fpr", "prevalence"):
        assert found[name].estimate is None
        assert found[name].refused == (
            "not enough evidence: no label among 5,000 approved payments"
        )
    assert found["precision"].estimate == pytest.approx(0.5)


def test_an_empty_sample_is_refused() -> None:
    empty = np.zeros(0)
    sample = Sample(
        fraud=empty.astype(bool),
        propensity=empty,
        cell=empty.astype(int),
        cluster=empty.astype(int),
        population=Population(np.array([10]), np.array([0])),
    )
    found = estimate_share(sample, prevalence(sample, sides=(0,)))
    assert (found.estimate, found.method) == (None, "none")


def test_payments_of_one_customer_count_less_than_strangers() -> None:
    rows = [(0, True, 1.0, 40), (0, False, 1.0, 160)]
    alone = sample_of(rows, count=[200], side=[1])
    # Five payments of each customer share their truth.
    together = sample_of(rows, count=[200], side=[1], clusters=np.arange(200) // 5)
    strangers, customers = (all_four(sample)["precision"] for sample in (alone, together))
    assert strangers.estimate == customers.estimate
    assert customers.high - customers.low > 1.5 * (strangers.high - strangers.low)
    assert customers.n_eff == pytest.approx(200 / 5, rel=0.1)


@pytest.mark.parametrize("propensity", [0.0, -0.1, 1.01, float("nan")])
def test_a_propensity_outside_the_unit_interval_is_an_error(propensity) -> None:
    with pytest.raises(Problem) as caught:
        sample_of([(0, True, propensity, 1)], count=[5], side=[0])
    assert caught.value.code == "propensity_out_of_range"


def test_more_labels_than_payments_is_an_error() -> None:
    with pytest.raises(Problem) as caught:
        sample_of([(0, True, 1.0, 6)], count=[5], side=[0])
    assert caught.value.code == "more_labels_than_payments"


def test_fdr_is_what_precision_leaves() -> None:
    found = all_four(golden_sample())["precision"]
    fdr = complement(found, "fdr")
    assert fdr.name == "fdr"
    assert fdr.estimate == pytest.approx(0.2)
    assert (fdr.low, fdr.high) == pytest.approx((1 - found.high, 1 - found.low))


def test_an_estimate_survives_storage() -> None:
    found = all_four(golden_sample())["recall"]
    assert from_dict(found.as_dict()) == found


@pytest.mark.parametrize("cluster_size", [1, 4])
def test_intervals_hold_the_truth_about_nineteen_times_in_twenty(cluster_size) -> None:
    """Sixty windows of a known world: far from 95 % would be a wrong variance."""
    world, rng = World(), np.random.default_rng(20)
    truth = world.truth()
    held = dict.fromkeys(truth, 0)
    for _ in range(60):
        for name, found in all_four(world.draw(rng, cluster_size)).items():
            held[name] += found.low <= truth[name] <= found.high
    assert all(hits >= 52 for hits in held.values()), held


def test_what_is_not_labelled_counts_by_its_cluster() -> None:
    """Whole customers are flagged or not, which labels of a few of their payments cannot show."""
    rows = [(0, True, 0.1, 20), (0, False, 0.1, 20), (1, False, 0.1, 200)]
    args = {"count": [400, 2_000], "side": [1, 0]}
    loose = sample_of(rows, **args)
    rest = Unlabelled(
        cell=np.repeat([0, 1], [18, 90]),
        cluster=np.arange(1_000, 1_108),
        count=np.full(108, 20),
    )
    joined = Sample(
        fraud=loose.fraud,
        propensity=loose.propensity,
        cell=loose.cell,
        cluster=loose.cluster,
        population=loose.population,
        unlabelled=rest,
    )
    independent, clustered = (all_four(sample)["fpr"] for sample in (loose, joined))
    assert clustered.estimate == independent.estimate
    assert clustered.n_eff < 0.8 * independent.n_eff
