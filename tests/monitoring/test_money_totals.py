"""Money of a window: what was seen is certain, the rest is as unsure as the coins left it."""

import numpy as np
import pytest

from monitoring.domain.estimation import Population, Sample
from monitoring.domain.estimation.totals import Total, estimate_total

COUNT = 2_000


def total(labelled, events, amounts):
    """Frauds stopped among payments of one stratum; all arrays are by payment."""
    here = np.flatnonzero(labelled)
    sample = Sample(
        fraud=events[here],
        propensity=np.ones(len(here)),
        cell=np.zeros(len(here), dtype=np.int64),
        cluster=here,
        population=Population(np.array([len(labelled)]), np.array([1])),
    )
    everything = np.ones(len(here), dtype=bool)
    asked = Total("fraud_stopped", events[here], everything, amounts[here], "fraud", "found")
    return estimate_total(sample, asked)


def test_what_is_all_labelled_is_certain() -> None:
    found = total(np.ones(10, dtype=bool), np.arange(10) < 4, np.full(10, 50.0))
    assert (found.estimate, found.low, found.high, found.method) == (200, 200, 200, "count")


def test_one_label_that_is_missing_leaves_doubt_about_one_payment() -> None:
    found = total(np.arange(100) > 0, np.arange(100) < 41, np.full(100, 50.0))
    assert found.low >= 40 * 50
    assert found.estimate == pytest.approx(40 * 50 * 100 / 99)
    assert found.high < 43 * 50


@pytest.mark.parametrize("answered", [0.05, 0.5, 0.95])
def test_the_interval_holds_the_money_of_the_window(answered) -> None:
    rng, held, windows = np.random.default_rng(8), 0, 400
    for _ in range(windows):
        events, amounts = rng.random(COUNT) < 0.1, rng.gamma(2.0, 50.0, COUNT)
        found = total(rng.random(COUNT) < answered, events, amounts)
        held += found.low <= float(amounts @ events) <= found.high
    assert 0.92 * windows <= held <= 0.99 * windows
