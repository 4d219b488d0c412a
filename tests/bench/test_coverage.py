"""Intervals hold the truth as often as they promise, in a small run and in the kept numbers."""

import numpy as np
import pytest
from scipy.stats import binom

from bench.coverage.__main__ import main
from bench.coverage.report import DOCUMENT, ENOUGH, HIGHEST, LOWEST, block, kept
from bench.coverage.running import AUDITS, PREVALENCES, RATES, sample_of, tally, worlds
from bench.coverage.world import PAYMENTS, STRATA, Claims, World, draw_window

WINDOWS = 60
# Fewer would be luck once in a thousand, if 92 % were covered.
FEWEST = int(binom.ppf(0.001, WINDOWS, LOWEST))


@pytest.mark.parametrize("claims", list(Claims))
def test_a_small_run_covers_what_it_promises(claims) -> None:
    world = World(0.005, 2_000, claims)
    for found in tally(world, windows=WINDOWS, rng=np.random.default_rng(4)):
        assert found.covered * WINDOWS >= FEWEST, found


def test_a_window_looks_like_its_world() -> None:
    world = World(0.01, 1_000, Claims.CENSUS)
    rng = np.random.default_rng(1)
    windows = [draw_window(world, rng) for _ in range(30)]
    frauds = np.mean([each.fraud.sum() for each in windows])
    assert frauds == pytest.approx(PAYMENTS * 0.01, rel=0.05)
    sizes = [sample_of(world, each).sample.population.count.sum() for each in windows]
    assert np.mean(sizes) == pytest.approx(PAYMENTS, rel=0.01)
    approved = np.arange(STRATA) < 4
    audits = np.mean([(each.drawn & approved[each.stratum]).sum() for each in windows])
    assert audits == pytest.approx(900, rel=0.05)


def test_the_kept_run_is_a_full_one() -> None:
    found = kept()
    assert found["windows"] >= 400
    assert len(found["rows"]) == len(list(worlds())) * len(RATES)
    assert len({row["prevalence"] for row in found["rows"]}) == len(PREVALENCES)
    assert len({row["audits"] for row in found["rows"]}) == len(AUDITS)


def test_no_configuration_of_the_kept_run_covers_too_little() -> None:
    for row in kept()["rows"]:
        assert row["covered"] >= LOWEST, row


def test_only_recall_with_few_audited_frauds_covers_too_much() -> None:
    """Counts of one or two cannot be bounded more tightly without missing too often elsewhere."""
    for row in kept()["rows"]:
        assert row["covered"] <= HIGHEST or row["rate"] == "recall", row


def test_hardly_any_window_is_refused_where_enough_events_are_expected() -> None:
    for row in kept()["rows"]:
        assert row["expected_events"] < ENOUGH or row["refused"] <= 0.05, row


def test_the_document_states_the_kept_numbers() -> None:
    assert block(kept()) in DOCUMENT.read_text()


def test_a_run_of_nothing_is_refused() -> None:
    with pytest.raises(SystemExit):
        main(["--windows", "none"])
