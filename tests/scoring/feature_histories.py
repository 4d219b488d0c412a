"""Random feature sets and random histories of payments, labels and declines, for hypothesis.

Moments lie on a coarse grid and a microsecond beside it, so that ties and edges of windows are
common; keys are few and often missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from scoring.domain.features import AGGREGATES, Feature, FeatureSet, Kind
from tests.histories import at
from tests.scoring.feature_reading import Fraud

WINDOWS = (90, 3_600, 86_400, 7 * 86_400)
DELAYS = (0, 60, 3_600, 86_400)
DELAYED = {"count", "sum", "mean", "fraud_share"}
KEYS = ("customer_id", "merchant_id", "card_id")
OTHERS = ("merchant_id", "device_id", "country")
ATTRIBUTES = (
    *("1", " -2.5 ", "1e3", ".5", "1e99", "many", "", "-"),
    *("true", "FALSE", "yes", "0", "2026-02-28", "2026-02-30", "1969-12-31T10:00", "20260101"),
)


def examples(number: int) -> settings:
    """Return settings for tests on the database: so many examples, or as many as `make fuzz`."""
    default = settings.default.max_examples if settings.default else 0
    return settings(
        max_examples=default if default > 100 else number,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


seconds = st.sampled_from((0, 1, 59, 60, 90, 3_599, 3_600, 7_200, 82_800, 86_400, 7 * 86_400))
moments = st.builds(
    lambda day, late, tick: at(day, seconds=late, microseconds=tick),
    st.sampled_from((0, 1, 7, 8)),
    seconds,
    st.sampled_from((-1, 0, 0, 0, 1)),
)
amounts = st.decimals(Decimal("-20"), Decimal("9999999999"), places=2) | st.sampled_from(
    [Decimal("0.01"), Decimal("10.00"), Decimal("-10.00")]
)
attribute = st.sampled_from(ATTRIBUTES) | st.integers(-200, 200) | st.booleans() | st.none()


@st.composite
def window_features(draw: st.DrawFn, name: str) -> Feature:
    aggregate = draw(st.sampled_from(sorted(AGGREGATES)))
    endless = aggregate == "seconds_since_first" and draw(st.booleans())
    return Feature(
        name=name,
        kind=Kind.WINDOW,
        entity=draw(st.sampled_from(KEYS)),
        aggregate=aggregate,
        window_seconds=0 if endless else draw(st.sampled_from(WINDOWS)),
        delay_seconds=draw(st.sampled_from(DELAYS)) if aggregate in DELAYED else 0,
        other=draw(st.sampled_from(OTHERS)) if aggregate in {"distinct", "same"} else "",
    )


PLAIN = (
    Feature("amount", Kind.AMOUNT),
    Feature("hour", Kind.HOUR),
    Feature("weekday", Kind.WEEKDAY),
    Feature("weekend", Kind.WEEKEND),
    Feature("night", Kind.NIGHT, until_hour=5),
    Feature("tenure", Kind.TENURE),
    Feature("differs", Kind.DIFFERS, columns=("country", "channel")),
    Feature("category", Kind.CATEGORY, column="country", levels=("DE", "FR")),
    Feature("words", Kind.CATEGORY, attribute="a", levels=("1", "true", "many")),
    Feature("number", Kind.NUMBER, attribute="a"),
    Feature("flag", Kind.FLAG, attribute="a"),
    Feature("date", Kind.DATE, attribute="a"),
    Feature("distance", Kind.DISTANCE, attributes=("a", "b", "c", "d")),
)


@st.composite
def feature_sets(draw: st.DrawFn, plain: bool = True) -> FeatureSet:
    """Return a set of a few windows, and every plain input where `plain`."""
    names = [f"w{number}" for number in range(draw(st.integers(1, 6)))]
    windows = tuple(draw(window_features(name)) for name in names)
    return FeatureSet("drawn", windows + (PLAIN if plain else ()), "")


payments = st.fixed_dictionaries(
    {
        "occurred_at": moments,
        "base_amount": amounts,
        "customer_id": st.sampled_from(["C1", "C1", "C1", "C2", None]),
        "merchant_id": st.sampled_from(["M1", "M1", "M2", "C1", None]),
        "card_id": st.sampled_from(["K1", None]),
        "device_id": st.sampled_from(["D1", "D2", None]),
        "country": st.sampled_from(["DE", "FR", None]),
        "channel": st.sampled_from(["DE", "web", None]),
        "customer_since": st.none() | moments,
        "attributes": st.fixed_dictionaries(dict.fromkeys("abcd", attribute)) | st.just({}),
    }
)


@dataclass(frozen=True)
class Told:
    """What became of one payment: labels as (known at, retracted at), and declines."""

    labels: tuple[tuple[datetime, datetime | None], ...] = ()
    declines: tuple[datetime, ...] = ()

    def frauds(self, transaction_id: int) -> list[Fraud]:
        return [Fraud(transaction_id, *label) for label in self.labels]


@st.composite
def told(draw: st.DrawFn) -> Told:
    """Return labels that follow one another in time (the last may stand), and declines."""
    times = sorted(draw(st.lists(moments, max_size=4)))
    ends: list[datetime | None] = [*times[1::2], *([None] if len(times) % 2 else [])]
    labels = tuple(zip(times[::2], ends, strict=True))
    return Told(labels, tuple(draw(st.lists(moments, max_size=2, unique=True))))


def histories(largest: int = 12) -> st.SearchStrategy[list[tuple[dict[str, Any], Told]]]:
    """Return payments in the order of their arrival, each with what became of it."""
    return st.lists(st.tuples(payments, told()), min_size=1, max_size=largest)


def kept_apart(payments: Sequence[dict[str, Any]], number: int) -> list[dict[str, Any]]:
    """Give the keys of these payments a prefix, so that examples share no entity."""
    prefixed = []
    for index, payment in enumerate(payments):
        keys = {key: payment[key] and f"{number}-{payment[key]}" for key in KEYS}
        prefixed.append({**payment, **keys, "external_id": f"x{number}-{index}"})
    return prefixed
