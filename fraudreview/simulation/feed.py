"""The same world going on: payments, events and late labels as messages in the order of time."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Literal

import numpy as np
import polars as pl

from fraudreview.simulation.answers import answers_of
from fraudreview.simulation.drift import apply_drift
from fraudreview.simulation.fraud import PATTERN_MODULES
from fraudreview.simulation.history import rows_of_days
from fraudreview.simulation.rendering import (
    ATTRIBUTE_COLUMNS,
    TRANSACTION_COLUMNS,
    rendered,
)
from fraudreview.simulation.rows import Rows
from fraudreview.simulation.settings import SimulationSettings
from fraudreview.simulation.world import World, build_world

Kind = Literal["transaction", "event", "label"]
Clock = tuple[datetime, float]  # from this moment on, time runs so many times as fast

REPORTED_SOURCES = ("chargeback", "fraud_report", "customer_confirmation")
HOURS_TO_RESPOND = 24


@dataclass(frozen=True)
class FeedItem:
    """One message: due at `at`, its `body` ready for the API call that `kind` names.

    `is_fraud` is what only the simulation knows of a transaction.
    """

    at: datetime
    kind: Kind
    external_id: str
    body: dict[str, Any]
    is_fraud: bool | None = None


def live_feed(
    settings: SimulationSettings,
    rng: np.random.Generator,
    *,
    after: datetime,
    speed: float = 1.0,
    history: pl.DataFrame | None = None,
) -> Iterator[FeedItem]:
    """Messages due after `after`, without end, in the order of time.

    With the settings and the state of `rng` that made a history, the same customers go on
    living. With a `speed` of 60 an hour of the world passes in a minute, and times say so.
    Labels of `history` that were still to come are delivered too.
    """
    world, _, feed_rng = _continued(settings, rng)
    clock = (after, speed)
    waiting = _Waiting()
    if history is not None:
        waiting.add(_labels(history.filter(pl.col("occurred_at") <= after), clock))
    first_day = (after - settings.start_at) // timedelta(days=1)
    for day in count(first_day):
        rows = rows_of_days(world, range(day, day + 1), settings, feed_rng)
        waiting.add(messages_of(_table(world, rows, settings), clock))
        yield from waiting.due(_shown(settings.start_at + timedelta(days=day + 1), clock))


def staged_attack(
    settings: SimulationSettings, rng: np.random.Generator, *, pattern: str, at: datetime
) -> list[FeedItem]:
    """The payments of one attack of that `pattern` on this world, the first one due at `at`."""
    world, _, attack_rng = _continued(settings, rng)
    day = (at - settings.start_at) // timedelta(days=1)
    # Much fraud on one day, so that there is a sizeable attack to choose.
    violent = replace(settings, fraud_share=0.2, per_day=max(settings.per_day, 1_500))
    rows = PATTERN_MODULES[pattern](world, range(day, day + 1), violent, attack_rng)
    ids, sizes = np.unique(rows["attack"], return_counts=True)
    rows = rows[rows["attack"] == ids[np.argmax(sizes)]]
    rows["at"] += (at - settings.start_at).total_seconds() - rows["at"].min()
    apply_drift(rows, settings.drift)
    table = _table(world, np.sort(rows, order="at"), settings)
    return [item for item in messages_of(table, (at, 1.0)) if item.kind == "transaction"]


class _Waiting:
    """Messages that are not due yet; equal times keep the order in which they came."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, FeedItem]] = []
        self._arrivals = count()

    def add(self, items: list[FeedItem]) -> None:
        for item in items:
            heapq.heappush(self._heap, (item.at, next(self._arrivals), item))

    def due(self, until: datetime) -> Iterator[FeedItem]:
        while self._heap and self._heap[0][0] < until:
            yield heapq.heappop(self._heap)[2]


def _continued(
    settings: SimulationSettings, rng: np.random.Generator
) -> tuple[World, np.random.Generator, np.random.Generator]:
    world_rng, history_rng, feed_rng = rng.spawn(3)
    return build_world(settings, world_rng), history_rng, feed_rng


def _table(world: World, rows: Rows, settings: SimulationSettings) -> pl.DataFrame:
    return rendered(world, rows, answers_of(rows, settings.maturity_days), settings.start_at)


def messages_of(table: pl.DataFrame, clock: Clock) -> list[FeedItem]:
    """The payments of a simulated table, their declines and what is learnt later, unordered.

    Only what happens from the clock's moment on, in its speed.
    """
    rows = table.filter(pl.col("occurred_at") > clock[0] - timedelta(microseconds=1))
    return [*_transactions(rows, clock), *_declines(rows, clock), *_labels(rows, clock)]


def _transactions(table: pl.DataFrame, clock: Clock) -> list[FeedItem]:
    columns = table.select(*TRANSACTION_COLUMNS, *ATTRIBUTE_COLUMNS, "is_fraud")
    return [transaction_item(row, clock) for row in columns.iter_rows(named=True)]


def transaction_item(row: dict[str, Any], clock: Clock) -> FeedItem:
    """The message for one row of a simulated table, as `POST transactions/` takes it."""
    at = _shown(row["occurred_at"], clock)
    body = {name: row[name] for name in TRANSACTION_COLUMNS if row[name] is not None}
    body["occurred_at"] = _written(at)
    body["amount"] = str(row["amount"])
    body["customer_since"] = _written(min(row["customer_since"], at))
    body["payment_stage"] = "authorized"
    if row["channel"] != "terminal":
        body["respond_by"] = _written(at + timedelta(hours=HOURS_TO_RESPOND))
    body["attributes"] = {n: row[n] for n in ATTRIBUTE_COLUMNS if row[n] is not None}
    return FeedItem(at, "transaction", row["external_id"], body, row.get("is_fraud"))


def _declines(table: pl.DataFrame, clock: Clock) -> list[FeedItem]:
    declined = table.filter(pl.col("issuer_declined_at").is_not_null())
    return [
        _declined(external_id, _shown(at, clock))
        for external_id, at in declined.select("external_id", "issuer_declined_at").iter_rows()
    ]


def _declined(external_id: str, at: datetime) -> FeedItem:
    body = {"type": "issuer_declined", "occurred_at": _written(at)}
    return FeedItem(at, "event", external_id, body)


def _labels(table: pl.DataFrame, clock: Clock) -> list[FeedItem]:
    reported = table.filter(
        pl.col("label_source").is_in(REPORTED_SOURCES) & (pl.col("label_known_at") > clock[0])
    )
    columns = (
        *("external_id", "label", "label_source", "label_reason", "fraud_pattern"),
        "label_known_at",
    )
    return [_label(*row, clock=clock) for row in reported.select(columns).iter_rows()]


def _label(
    external_id: str,
    label: str,
    source: str,
    reason: str | None,
    pattern: str | None,
    at: datetime,
    *,
    clock: Clock,
) -> FeedItem:
    at = _shown(at, clock)
    body = {"external_id": external_id, "label": label, "source": source}
    body["occurred_at"] = _written(at)
    if reason:
        body["reason"] = reason
    if label == "fraud" and source == "fraud_report" and pattern:
        body["fraud_type"] = pattern
    return FeedItem(at, "label", external_id, body)


def _shown(at: datetime, clock: Clock) -> datetime:
    start, speed = clock
    return start + (at - start) / speed if at > start else at


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
