"""Tiles change what a window of a hot entity costs, and never its value."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import numpy as np
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from scoring import tasks
from scoring.domain.features import FeatureSet, features_sql, parse_feature_set
from scoring.models import EntityTile, HotEntity
from scoring.selectors.feature_sets import feature_set_named
from scoring.services.features import computed_vectors
from scoring.services.hot_entities import promote_hot_entities
from scoring.services.intake import accept_items
from scoring.services.known_fraud import project_known_frauds
from scoring.services.tiles import merge_tiles
from tests.histories import at
from tests.scoring.feature_histories import KEYS, Told, examples, feature_sets, moments, told
from tests.scoring.stored_histories import as_read, assert_equal, history_of
from tests.scoring.tile_checks import differing_tiles

NOW = at(60)
numbers = count()

payments = st.fixed_dictionaries(
    {
        "occurred_at": moments,
        "base_amount": st.decimals(Decimal("0.01"), Decimal("99999"), places=2),
        "customer_id": st.sampled_from(["C1", "C1", "C2", None]),
        "merchant_id": st.sampled_from(["M1", "M1", "C1", None]),
        "card_id": st.sampled_from(["K1", None]),
        "device_id": st.sampled_from(["D1", "D2", None]),
        "country": st.sampled_from(["DE", "FR", None]),
    }
)
arrivals = st.lists(payments, min_size=1, max_size=6)
steps = st.one_of(
    st.tuples(st.just("arrive"), arrivals),
    st.tuples(st.just("arrive"), arrivals),
    st.tuples(st.just("tell"), st.integers(0, 30), told()),
    st.tuples(st.just("promote")),
    st.tuples(st.just("merge")),
)


class Installation:
    """What was stored in one example, step by step."""

    def __init__(self) -> None:
        self.prefix = next(numbers)
        self.payments: list[dict[str, Any]] = []
        self.told: list[Told] = []

    def take(self, step: tuple[Any, ...]) -> None:
        """Do one of the steps."""
        match step:
            case ("arrive", arriving):
                self.arrive(arriving)
            case ("tell", index, what) if self.payments:
                self.tell(index % len(self.payments), what)
            case ("promote",):
                promote_hot_entities(now=NOW)
            case ("merge",):
                merge_tiles()

    def arrive(self, arriving: Sequence[dict[str, Any]]) -> None:
        new = [self._own(payment) for payment in arriving]
        items = [
            {
                **{key: value for key, value in payment.items() if value is not None},
                "occurred_at": payment["occurred_at"].isoformat(),
                "amount": str(payment["base_amount"]),
                "currency": "EUR",
            }
            for payment in new
        ]
        for item in items:
            del item["base_amount"]
        accepted = accept_items(items, now=NOW, enqueue=False)
        assert not accepted.errors
        for payment in new:
            self.payments.append(
                {**payment, "id": accepted.transaction_ids[payment["external_id"]]}
            )
            self.told.append(Told())

    def _own(self, payment: dict[str, Any]) -> dict[str, Any]:
        keys = {key: payment[key] and f"h{self.prefix}-{payment[key]}" for key in KEYS}
        return {**payment, **keys, "external_id": f"h{self.prefix}-{next(numbers)}"}

    def tell(self, index: int, what: Told) -> None:
        """Give the labels of a payment; only the first time, or to retract what stands."""
        known = self.told[index].labels
        if known and known[-1][1] is None and not what.labels:
            ended = known[-1][0] + timedelta(hours=1)
            project_known_frauds(
                intervals={self.payments[index]["id"]: [(known[-1][0], ended)]}, now=NOW
            )
            self.told[index] = Told((*known[:-1], (known[-1][0], ended)))
        elif not known and what.labels:
            project_known_frauds(intervals={self.payments[index]["id"]: list(what.labels)}, now=NOW)
            self.told[index] = Told(what.labels)


@pytest.fixture
def low_threshold(settings: Any) -> None:
    settings.FRAUDREVIEW_HOT_ROWS = 3


def test_values_from_tiles_are_those_from_rows(committed_db: str, low_threshold: None) -> None:
    """F31."""
    seen = []

    @examples(40)
    @given(feature_set=feature_sets(plain=False), taken=st.lists(steps, min_size=2, max_size=9))
    def check(feature_set: FeatureSet, taken: list[tuple[Any, ...]]) -> None:
        installation = Installation()
        for step in taken:
            installation.take(step)
        if not installation.payments:
            return
        ids = [payment["id"] for payment in installation.payments]
        by_id = sorted(installation.payments, key=lambda payment: payment["id"])
        from_tiles = computed_vectors(ids, feature_set).values
        from_rows = computed_vectors(ids, feature_set, tiles=False).values
        history = history_of(installation.payments, installation.told)
        np.testing.assert_array_equal(from_tiles, from_rows)
        assert_equal(from_rows, as_read(feature_set, by_id, history))
        seen.append(HotEntity.objects.filter(key__startswith=f"h{installation.prefix}-").exists())

    check()
    assert any(seen)
    assert not differing_tiles()


def items(moments_: Sequence[datetime], merchant: str = "M", start: int = 0) -> list[Any]:
    return [
        {
            "external_id": f"{merchant}{start + number}",
            "occurred_at": moment.isoformat(),
            "amount": number + 1,
            "currency": "EUR",
            "merchant_id": merchant,
        }
        for number, moment in enumerate(moments_)
    ]


def store(taken: list[Any]) -> list[int]:
    accepted = accept_items(taken, now=NOW, enqueue=False)
    assert not accepted.errors
    return [accepted.transaction_ids[item["external_id"]] for item in taken]


def test_an_entity_becomes_hot_at_the_threshold_and_others_do_not(
    committed_db: str, low_threshold: None
) -> None:
    store(items([at(1), at(2)], "cold"))
    store(items([at(1), at(2), at(3)], "hot"))
    store(items([at(1), at(2), at(40)], "slow"))
    assert promote_hot_entities(now=NOW) == 1
    assert HotEntity.objects.get().key == "hot"
    assert promote_hot_entities(now=NOW) == 0


def test_what_arrives_after_the_marker_is_counted_once(
    committed_db: str, low_threshold: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F31."""
    store(items([at(1), at(1), at(1.5)]))
    from scoring.services import hot_entities

    build = hot_entities._build

    def arrive_first(*args: Any) -> bool:
        store(items([at(0.5), at(1)], start=10))
        return build(*args)

    monkeypatch.setattr(hot_entities, "_build", arrive_first)
    promote_hot_entities(now=NOW)
    assert not differing_tiles()
    assert EntityTile.objects.filter(merged=False).exists()


def test_a_marker_waits_for_payments_that_are_half_stored(
    committed_db: str, low_threshold: None
) -> None:
    """F31."""
    store(items([at(1), at(1), at(1.5)]))
    with connection.copy().cursor() as other:
        other.execute("BEGIN")
        other.execute(
            "INSERT INTO scoring_transaction (external_id, content_hash, occurred_at, received_at,"
            " amount, currency, base_amount, merchant_id, payment_stage, imported)"
            " SELECT 'open', '', occurred_at, received_at, 7, 'EUR', 7, 'M', 'authorized', true"
            " FROM scoring_transaction LIMIT 1"
        )
        assert promote_hot_entities(now=NOW) == 0
        assert not HotEntity.objects.exists()
        other.execute("COMMIT")
        other.connection.close()
    assert promote_hot_entities(now=NOW) == 1
    assert not differing_tiles()


def test_merging_leaves_one_row_of_each_tile_and_the_same_sums(
    committed_db: str, low_threshold: None
) -> None:
    store(items([at(1), at(1), at(1.5)]))
    promote_hot_entities(now=NOW)
    for number in range(3):
        store(items([at(1), at(1, seconds=30)], start=10 * (number + 1)))
    assert merge_tiles() > 0
    assert merge_tiles() == 0
    assert not differing_tiles()
    places = EntityTile.objects.values_list("counts", "width", "starts_at")
    assert len(places) == len(set(places))


def test_labels_that_change_are_followed(committed_db: str, low_threshold: None) -> None:
    """F31."""
    text = (
        'name = "test"\nfeatures = [ { name = "it", kind = "window", entity = "merchant_id",'
        ' aggregate = "fraud_share", window = "1d" } ]'
    )
    feature_set = parse_feature_set(text)
    ids = store(items([at(1), at(1, minutes=1), at(1.5), at(1.6)]))
    promote_hot_entities(now=NOW)

    def share() -> float:
        return float(computed_vectors([ids[3]], feature_set).values[0, 0])

    assert share() == 0
    project_known_frauds(intervals={ids[0]: [(at(1.2), None)]}, now=NOW)
    assert share() == 0.25
    project_known_frauds(intervals={ids[1]: [(at(1.3), None)], ids[3]: [(at(1), None)]}, now=NOW)
    assert share() == 0.5
    project_known_frauds(intervals={ids[0]: [(at(1.2), at(1.4))]}, now=NOW)
    assert share() == 0.25
    project_known_frauds(intervals={ids[0]: [(at(1.2), at(1.4)), (at(1.55), None)]}, now=NOW)
    assert share() == 0.5
    assert not differing_tiles()


def test_a_recomputed_vector_never_reads_tiles() -> None:
    """F32."""
    kinds = frozenset({"merchant_id", "customer_id"})
    card = feature_set_named("card")
    assert "entitytile" in features_sql(card, tiled=kinds)
    assert "entitytile" not in features_sql(card, as_of_snapshot=True, tiled=kinds)


def test_skew_of_tiles_is_found(
    committed_db: str,
    low_threshold: None,
    model_storage: Any,
    now: datetime,
    send: Any,
    decide_now: Callable[[], int],
) -> None:
    """F32."""
    from scoring.services.feature_checks import FeatureCheck, check_features
    from tests.models import put_into_production

    put_into_production(now=now)
    for number in range(4):
        send(f"p{number}", occurred_at=(now - timedelta(days=8, hours=number)).isoformat())
    promote_hot_entities(now=now)
    send("first")
    decide_now()
    assert check_features(sample=1) == FeatureCheck(checked=1)
    EntityTile.objects.filter(counts="payments").update(rows=9)
    send("second")
    decide_now()
    assert check_features(sample=1) == FeatureCheck(checked=1, skewed=1)


def test_the_sweeps_promote_and_merge(committed_db: str, low_threshold: None) -> None:
    store(items([at(1), at(1), at(1.5)]))
    tasks.promote_hot_entities()
    store(items([at(1)], start=20))
    tasks.merge_tiles()
    assert not EntityTile.objects.filter(merged=False).exists()
    assert not differing_tiles()
