"""The product's services, called in this process: what remains without web and workers."""

import time
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from bench.base import Base
from bench.databases import database, settle
from bench.history import World
from bench.options import Options
from bench.payments import payments
from bench.progress import say
from labeling.services import open_cases
from scoring.services import score_pending
from scoring.services.intake import accept_items

ITEMS = 1_000


def measure(options: Options, base: Base) -> dict[str, Any]:
    """Return how many transactions a second one process takes in, and how many it decides."""
    count = options.growth_rows
    with database("services", template=base.database):
        settle()
        take_in(options, base.world, "w", ITEMS, timezone.now())
        decide_all()
        intake = take_in(options, base.world, "v", count, timezone.now())
        deciding = decide_all()
        opening = open_all_cases()
    found = {
        "rows": count,
        "intake_per_second": count / intake,
        "deciding_per_second": count / deciding,
        "opening_seconds": opening,
    }
    say(f"one process: takes in {count / intake:,.0f}/s, decides {count / deciding:,.0f}/s")
    return found


def take_in(options: Options, world: World, prefix: str, count: int, start: datetime) -> float:
    """Store so many payments by lists of a thousand; return the seconds."""
    step = timedelta(milliseconds=1)
    drawn = payments(count, world=world, seed=options.seed, prefix=prefix, start=start, step=step)
    lists = list(_lists(list(drawn)))
    before = time.perf_counter()
    for items in lists:
        acceptance = accept_items(items, now=timezone.now())
        if acceptance.accepted != len(items):
            raise RuntimeError(f"not all payments were accepted: {acceptance.errors[:3]}")
    return time.perf_counter() - before


def _lists(items: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    return [items[cut : cut + ITEMS] for cut in range(0, len(items), ITEMS)]


def decide_all() -> float:
    """Decide what waits; return the seconds."""
    before = time.perf_counter()
    score_pending(clock=timezone.now)
    return time.perf_counter() - before


def open_all_cases() -> float:
    """Open the cases that wait; return the seconds."""
    before = time.perf_counter()
    while open_cases(now=timezone.now()):
        pass
    return time.perf_counter() - before
