"""The widths that a budget is said to buy are those that samples then have."""

from itertools import pairwise

import numpy as np
import pytest

from monitoring.domain.audit_precision import expected_fpr, expected_recall
from scoring.domain.audits import AuditBudget, StratumLoad, solve_audits

LOADS = [
    StratumLoad("approve:s0:a1", 30_000, 0.0005),
    StratumLoad("approve:s2:a1", 6_000, 0.005),
    StratumLoad("approve:s4:a1", 1_000, 0.06),
    StratumLoad("review:s6:a1", 200, 0.4),
    StratumLoad("block:s8:a1", 300, 0.75),
    StratumLoad("block:s9:a1", 500, 0.95),
]
DAYS = 28
BUDGET = AuditBudget(approve=200, block=40)


def simulated(budget: AuditBudget, windows: int = 1500) -> tuple[np.ndarray, np.ndarray]:
    """Stratified estimates of FPR and recall in windows drawn by independent coins."""
    rng = np.random.default_rng(3)
    planned = solve_audits(LOADS, budget)
    frauds, honest = {}, {}
    for load in LOADS:
        count = int(load.payments_a_day * DAYS)
        looks = rng.binomial(count, planned.propensity(load.stratum) or 1.0, windows)
        found = rng.binomial(looks, load.fraud_share)
        frauds[load.stratum] = count * found / np.maximum(looks, 1)
        honest[load.stratum] = count - frauds[load.stratum]

    def of(totals, *sides):
        return sum(total for name, total in totals.items() if name.split(":")[0] in sides)

    fpr = of(honest, "block") / sum(honest.values())
    recall = of(frauds, "block", "review") / sum(frauds.values())
    return fpr, recall


@pytest.mark.parametrize("factor", [0.5, 1, 4])
def test_the_expected_widths_are_those_of_simulated_windows(factor):
    budget = BUDGET.times(factor)
    planned = solve_audits(LOADS, budget)
    for expected, seen in zip(
        (expected_fpr(LOADS, planned, days=DAYS), expected_recall(LOADS, planned, days=DAYS)),
        simulated(budget),
        strict=True,
    ):
        assert expected.estimate == pytest.approx(np.mean(seen), rel=0.03)
        low, high = np.quantile(seen, [0.025, 0.975])
        assert expected.width == pytest.approx(high - low, rel=0.12)


def test_more_looks_make_narrower_intervals():
    widths = [
        (
            expected_fpr(LOADS, planned, days=DAYS).width,
            expected_recall(LOADS, planned, days=DAYS).width,
        )
        for planned in (solve_audits(LOADS, BUDGET.times(f)) for f in (0.02, 0.1, 0.5, 1, 2, 4, 50))
    ]
    for wide, narrow in pairwise(widths):
        assert narrow[0] < wide[0]
        assert narrow[1] < wide[1]


def test_few_expected_frauds_make_the_wide_interval_of_few_events():
    planned = solve_audits(LOADS, AuditBudget(approve=2, block=40))
    recall = expected_recall(LOADS, planned, days=DAYS)
    assert recall.events < 10
    assert recall.low < recall.estimate < recall.high
    assert recall.width > 0.3


def test_where_nothing_is_blocked_there_is_no_rate_to_expect():
    loads = [load for load in LOADS if not load.stratum.startswith(("block", "review"))]
    planned = solve_audits(loads, BUDGET)
    assert expected_fpr(loads, planned, days=DAYS).refused
    assert expected_recall(loads, planned, days=DAYS).width is None
