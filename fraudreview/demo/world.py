"""The simulated company of this demo, the same at every start."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from fraudreview.simulation import (
    FeedItem,
    SimulationSettings,
    default_drift,
    live_feed,
    simulate,
    staged_attack,
)

SEED = 7
# Undisputed payments count as legitimate after two weeks, so that sixty days hold enough of them.
MATURITY_DAYS = 14.0
# A company under attack: with less, two months hold too little fraud to prove a block threshold.
FRAUD_SHARE = 0.02
LONGEST_LIVE_DAYS = 9
# Days before those that were asked for: without them the windows over 30 days would begin empty,
# and what the model learned from would look unlike what it sees now.
WARM_UP_DAYS = 27
FULL_WINDOW_DAYS = 30
# After so many days about 95 % of the frauds of a day are known; training uses no younger ones.
FRAUDS_KNOWN_DAYS = 26
# Training has at least so many days with labels, even where their windows are not full yet.
LEAST_LABELLED_DAYS = 24
HOURS_TO_RESPOND = timedelta(hours=24)
# Staged in turn; each arrives as one case.
ATTACKS = ("account_takeover", "stolen_card")


@dataclass(frozen=True)
class DemoWorld:
    """A company whose history reaches into the day of its first start.

    `complete` says that its past is in the database.
    """

    start_at: datetime
    days: int
    per_day: int
    seed: int = SEED
    live_days: int = LONGEST_LIVE_DAYS
    complete: bool = False

    @property
    def today(self) -> datetime:
        """Return the midnight before the first start."""
        return self.start_at + timedelta(days=self.days)

    @property
    def live_from(self) -> datetime:
        """Return when the product went live: what came before is imported history."""
        return self.today - timedelta(days=self.live_days)

    @property
    def learn_from(self) -> datetime:
        """Return where the training of the first model begins: with full windows if it can."""
        latest = self.live_from - timedelta(days=FRAUDS_KNOWN_DAYS + LEAST_LABELLED_DAYS)
        full = self.start_at + timedelta(days=FULL_WINDOW_DAYS)
        return max(self.start_at, min(full, latest))

    @property
    def settings(self) -> SimulationSettings:
        """Return the dials of the simulation: drift begins with the last third of the days."""
        return SimulationSettings(
            days=self.days + 1,  # today is the last one
            per_day=self.per_day,
            start_at=self.start_at,
            maturity_days=MATURITY_DAYS,
            fraud_share=FRAUD_SHARE,
            drift=default_drift(self.days),
        )

    def history(self, *, until: datetime) -> pl.DataFrame:
        """Return all payments up to that moment, with their truth."""
        return simulate(self.settings, self._chance()).filter(pl.col("occurred_at") <= until)

    def messages(self, *, after: datetime, speed: float = 1.0) -> Iterator[FeedItem]:
        """Yield what happens after that moment, without end."""
        return live_feed(self.settings, self._chance(), after=after, speed=speed)

    def attack(self, *, number: int, at: datetime, within: timedelta) -> list[FeedItem]:
        """Return the payments of one attack that begins at that moment, close together."""
        chance = np.random.default_rng((self.seed, number))
        pattern = ATTACKS[number % len(ATTACKS)]
        items = staged_attack(self.settings, chance, pattern=pattern, at=at)
        return [
            _moved(item, at + within * (place / len(items))) for place, item in enumerate(items)
        ]

    def _chance(self) -> np.random.Generator:
        return np.random.default_rng(self.seed)


def new_attack_number() -> int:
    """Return a number that no attack had before, in this run or an earlier one."""
    return secrets.randbits(60)


def _moved(item: FeedItem, at: datetime) -> FeedItem:
    times = {"occurred_at": at.isoformat()}
    if "respond_by" in item.body:
        times["respond_by"] = (at + HOURS_TO_RESPOND).isoformat()
    return replace(item, at=at, body=item.body | times)


def new_world(*, days: int, per_day: int, now: datetime) -> DemoWorld:
    """Return a world with so many days of history, and a warm-up, at the midnight before `now`."""
    midnight = datetime.combine(now.astimezone(UTC).date(), time(), tzinfo=UTC)
    live_days = min(LONGEST_LIVE_DAYS, days // 3)
    age = max(days + WARM_UP_DAYS, FRAUDS_KNOWN_DAYS + LEAST_LABELLED_DAYS + live_days)
    start_at = midnight - timedelta(days=age)
    return DemoWorld(start_at=start_at, days=age, per_day=per_day, live_days=live_days)


def read_world(path: Path) -> DemoWorld | None:
    """Return the world of an earlier start, or None."""
    if not path.exists():
        return None
    stored = json.loads(path.read_text())
    stored["start_at"] = datetime.fromisoformat(stored["start_at"])
    return DemoWorld(**stored)


def write_world(path: Path, world: DemoWorld) -> None:
    """Remember the world, so that the next start goes on with it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(world) | {"start_at": world.start_at.isoformat()}))
