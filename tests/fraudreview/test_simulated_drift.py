"""Each dial moves what it says, from its day on, and nothing else."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from fraudreview.simulation import Dial, Drift, SimulationSettings, default_drift, simulate

DAYS, START = 20, 10


def world(**dials):
    settings = SimulationSettings(DAYS, 300, drift=Drift(**dials))
    return simulate(settings, np.random.default_rng(9))


@pytest.fixture(scope="module")
def calm():
    return world()


def changed_columns(calm, drifted):
    """Return which columns of the rows that both worlds share are not the same."""
    shared = drifted.filter(pl.col("external_id").is_in(calm["external_id"].implode()))
    shared = shared.sort("external_id")
    before = calm.sort("external_id")
    assert shared.height == before.height
    return {name for name in calm.columns if not shared[name].equals(before[name], null_equal=True)}


def before_start(table):
    moment = SimulationSettings(1, 1).start_at + timedelta(days=START)
    return table.filter(pl.col("occurred_at") < moment)


@pytest.mark.parametrize(
    ("dial", "size", "moved"),
    [
        ("amount_inflation", 0.3, {"amount"}),
        ("new_wallet", 0.4, {"payment_method"}),
        (
            "new_countries",
            0.3,
            {"country", "billing_country", "shipping_country", "ip_address"},
        ),
        ("new_customers", 0.5, set()),
    ],
)
def test_a_dial_moves_only_what_it_says_and_not_before_its_day(calm, dial, size, moved):
    drifted = world(**{dial: Dial(START, size)})
    # A complaint hangs on what looks unusual, which is what the dials change.
    answers = {"label", "label_source", "label_reason", "label_known_at"}
    assert changed_columns(calm, drifted) - answers == moved
    if dial != "new_customers":
        assert before_start(drifted).equals(before_start(calm))


def test_inflation_is_as_large_as_stated(calm):
    drifted = world(amount_inflation=Dial(START, 0.3))
    late = calm.height - before_start(calm).height
    ratio = (
        drifted["amount"].cast(float).tail(late).sum() / calm["amount"].cast(float).tail(late).sum()
    )
    assert ratio == pytest.approx(1.3, rel=0.001)


def test_the_new_wallet_spreads_among_the_stated_share():
    drifted = world(new_wallet=Dial(START, 0.4))
    last_days = drifted.tail(300)
    share = (last_days["payment_method"] == "nova_wallet").mean()
    assert share == pytest.approx(0.4, abs=0.1)


def test_new_countries_appear():
    drifted = world(new_countries=Dial(START, 0.3))
    new = {"BR", "IN", "ZA"}
    assert not new & set(before_start(drifted)["billing_country"])
    assert new <= set(drifted["billing_country"])


def test_new_customers_bring_their_volume(calm):
    drifted = world(new_customers=Dial(START, 0.5))
    added = drifted.filter(~pl.col("external_id").is_in(calm["external_id"].implode()))
    last = added.filter(pl.col("occurred_at") >= added["occurred_at"].max() - timedelta(days=4))
    assert last.height / (4 * 300) == pytest.approx(0.5, abs=0.12)
    assert not set(added["customer_id"]) & set(calm["customer_id"])


def test_the_default_turns_everything_in_the_last_third():
    drift = default_drift(60)
    dials = (drift.amount_inflation, drift.new_wallet, drift.new_countries, drift.new_customers)
    assert {dial.start_day for dial in dials} == {40}
    assert all(dial.size > 0 for dial in dials)
