"""A simulated world is repeatable, realistic, and learnable but not trivial."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fraudreview.simulation import SimulationSettings, simulate
from fraudreview.simulation.rendering import (
    ATTRIBUTE_COLUMNS,
    EVENT_COLUMNS,
    TRANSACTION_COLUMNS,
    TRUTH_COLUMNS,
)
from scoring.domain.errors import Problem


def world(seed=5, days=60, per_day=400, **options):
    return simulate(SimulationSettings(days, per_day, **options), np.random.default_rng(seed))


@pytest.fixture(scope="module")
def rows():
    """Two months of a middling company."""
    return world()


def test_the_same_seed_gives_the_same_rows():
    assert world(days=4).equals(world(days=4))
    assert not world(days=4).equals(world(days=4, seed=6))


def test_columns_come_in_groups(rows):
    groups = (*TRANSACTION_COLUMNS, *ATTRIBUTE_COLUMNS, *EVENT_COLUMNS, *TRUTH_COLUMNS)
    assert tuple(rows.columns) == groups


def test_rows_are_in_the_order_of_time_and_within_the_days(rows):
    start = SimulationSettings(1, 1).start_at
    assert rows["occurred_at"].is_sorted()
    assert rows["occurred_at"].min() >= start
    assert rows["occurred_at"].max() < start + timedelta(days=60)


def test_there_are_about_as_many_rows_as_asked_for(rows):
    assert rows.height == pytest.approx(60 * 400, rel=0.03)
    assert rows["external_id"].n_unique() == rows.height


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), per_day=st.integers(600, 900), days=st.integers(30, 40))
def test_fraud_stays_rare(seed, per_day, days):
    table = world(seed, days, per_day)
    assert 0.002 <= table["is_fraud"].mean() <= 0.015


def test_every_pattern_occurs_and_attacks_concentrate(rows):
    patterns = rows["fraud_pattern"].drop_nulls().value_counts()
    assert set(patterns["fraud_pattern"]) == {
        "stolen_card",
        "account_takeover",
        "card_testing",
        "compromised_merchant",
        "friendly_fraud",
    }
    attacks = rows.filter(pl.col("attack_id").is_not_null()).group_by("attack_id")
    one = attacks.agg(customers=pl.col("customer_id").n_unique(), size=pl.len())
    assert one["customers"].max() == 1
    assert one["size"].max() >= 10


def test_card_testing_is_small_and_mostly_declined(rows):
    tests = rows.filter(pl.col("fraud_pattern") == "card_testing")
    assert tests["issuer_declined_at"].is_not_null().mean() > 0.5
    euros = tests.filter(pl.col("currency") == "EUR")["amount"].cast(float)
    assert euros.max() < 5


def test_friendly_fraud_is_genuine_and_still_ends_as_a_chargeback(rows):
    friendly = rows.filter(pl.col("fraud_pattern") == "friendly_fraud")
    assert not friendly["is_fraud"].any()
    kept = friendly.filter(pl.col("issuer_declined_at").is_null())
    assert set(kept["label"]) == {"fraud"}
    assert set(kept["label_source"]) == {"chargeback"}


def test_labels_come_late_or_never(rows):
    late = (rows["label_known_at"] - rows["occurred_at"]).drop_nulls()
    assert late.min() > timedelta(0)
    frauds = rows.filter(pl.col("is_fraud"))
    assert frauds["label"].null_count() > 0
    chargebacks = frauds.filter(pl.col("label_source") == "chargeback")
    delay = (chargebacks["label_known_at"] - chargebacks["occurred_at"]).median()
    assert timedelta(days=5) < delay < timedelta(days=30)
    assert "customer_confirmation" in set(rows["label_source"])


def test_what_nobody_notices_matures_into_legitimate(rows):
    unnoticed = rows.filter(pl.col("is_fraud") & (pl.col("label") == "legitimate"))
    assert set(unnoticed["label_source"]) == {"matured"}
    assert 0 < unnoticed.height < 0.2 * rows["is_fraud"].sum()


def test_good_customers_overlap_with_thieves(rows):
    online = rows.filter(pl.col("channel") != "terminal")
    good = online.filter(~pl.col("is_fraud"))
    thieves = online.filter(pl.col("is_fraud"))
    amount = pl.col("amount").cast(pl.Float64)
    large = thieves.select(amount.quantile(0.75)).item()
    assert good.filter(amount > large).height > thieves.height
    abroad = pl.col("country") != pl.col("billing_country")
    assert good.filter(abroad).height > 2 * thieves.filter(abroad).height
    at_home = thieves.filter(~abroad).height
    assert at_home > 0.2 * thieves.height


def test_customers_have_favourites_and_journeys(rows):
    good = rows.filter(~pl.col("is_fraud"))
    regulars = good.group_by("customer_id", "merchant_id").len().filter(pl.col("len") > 2)
    assert regulars["len"].sum() > 0.2 * good.height
    assert good["currency"].n_unique() >= 6
    assert good["country"].n_unique() >= 10


def test_nobody_pays_before_joining(rows):
    assert (rows["customer_since"] <= rows["occurred_at"]).all()


def test_the_answer_is_in_no_single_input(rows):
    """No value of any input column tells fraud from the rest for certain."""
    base_rate = rows["is_fraud"].mean()
    for name in ("channel", "payment_method", "country", *ATTRIBUTE_COLUMNS):
        share = rows.group_by(name).agg(n=pl.len(), fraud=pl.col("is_fraud").mean())
        common = share.filter(pl.col("n") > 100)
        assert common["fraud"].max() < 60 * base_rate, name
        assert common["fraud"].max() < 0.5, name


def test_it_can_be_learnt_but_not_by_heart():
    xgboost = pytest.importorskip("xgboost")
    from sklearn.metrics import average_precision_score

    rows = world(seed=3, days=50, per_day=800)
    features = inputs(rows)
    answers = rows["is_fraud"].to_numpy()
    half = rows.height * 2 // 3
    model = xgboost.XGBClassifier(n_estimators=60, max_depth=3, learning_rate=0.1, n_jobs=1)
    model.fit(features[:half], answers[:half])
    score = average_precision_score(answers[half:], model.predict_proba(features[half:])[:, 1])
    assert 0.4 < score < 0.92


def since_first(*entities):
    """Hours since these were first seen together."""
    return (pl.col("occurred_at") - pl.col("occurred_at").min().over(*entities)).dt.total_hours()


def inputs(rows):
    """A few plain inputs: amount, hour, mismatches, how new the device is, counts of a day."""
    row = pl.int_range(pl.len()).alias("row")
    rows = rows.with_columns(row, amount=pl.col("amount").cast(pl.Float64))
    table = rows.select(
        "row",
        "amount",
        hour=pl.col("occurred_at").dt.hour(),
        abroad=pl.col("country") != pl.col("billing_country"),
        sent_abroad=pl.col("shipping_country") != pl.col("billing_country"),
        device_age=since_first("customer_id", "device_id"),
        merchant_age=since_first("customer_id", "merchant_id"),
        tenure=(pl.col("occurred_at") - pl.col("customer_since")).dt.total_hours(),
        **{
            name: pl.col(name).fill_null("").rank("dense")
            for name in ("channel", "payment_method", "merchant_category", "cvv_check")
        },
    )
    for entity in ("customer_id", "device_id", "card_id"):
        window = rows.filter(pl.col(entity).is_not_null()).rolling(
            "occurred_at", period="1d", group_by=entity
        )
        counts = window.agg(pl.col("row").last(), pl.len().alias(f"{entity}_count"))
        counts = counts.unique("row").select("row", f"{entity}_count")
        table = table.join(counts, on="row", how="left")
    return table.sort("row").drop("row").cast(pl.Float64).to_numpy()


@pytest.mark.parametrize(
    "options",
    [
        {"days": 0, "per_day": 10},
        {"days": 1, "per_day": 0},
        {"days": 1, "per_day": 10, "fraud_share": 0.5},
        {"days": 1, "per_day": 10, "growth": -1.0},
        {"days": 1, "per_day": 10, "start_at": datetime(2026, 1, 1)},
        {"days": 1, "per_day": 10, "start_at": datetime(2026, 1, 1, 5, tzinfo=UTC)},
    ],
)
def test_settings_that_make_no_sense_are_refused(options):
    with pytest.raises(Problem) as caught:
        SimulationSettings(**options)
    assert caught.value.code == "invalid_setting"


def test_the_smallest_world_has_rows():
    assert world(days=1, per_day=1, seed=2).height >= 0
    assert world(days=2, per_day=20).height > 0


def test_growth_brings_more_every_month():
    grown = world(days=60, per_day=300, growth=1.0)
    start = SimulationSettings(1, 1).start_at
    first = grown.filter(pl.col("occurred_at") < start + timedelta(days=10)).height
    last = grown.filter(pl.col("occurred_at") >= start + timedelta(days=50)).height
    assert last > 1.8 * first


def test_only_chargebacks_have_a_code_and_some_disputes_blame_the_merchant(rows):
    coded = rows.filter(pl.col("label_reason").is_not_null())
    assert set(coded["label_source"]) == {"chargeback"}
    assert coded.height == rows.filter(pl.col("label_source") == "chargeback").height
    stolen = coded.filter(pl.col("fraud_pattern") != "friendly_fraud")
    assert set(stolen["label_reason"]) == {"10.4", "4837", "F29"}
    friendly = set(coded.filter(pl.col("fraud_pattern") == "friendly_fraud")["label_reason"])
    assert friendly & {"10.4", "4837", "F29"} and friendly & {"13.1", "4853", "C08"}
