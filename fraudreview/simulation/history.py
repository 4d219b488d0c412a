"""A simulated history: genuine payments, attacks, drift and late answers as one table."""

import numpy as np
import polars as pl

from fraudreview.simulation.answers import answers_of
from fraudreview.simulation.drift import apply_drift
from fraudreview.simulation.fraud import attacks
from fraudreview.simulation.fraud.friendly_fraud import mark_friendly_fraud
from fraudreview.simulation.habits import DAY, newcomer_purchases, settled_purchases
from fraudreview.simulation.rendering import rendered
from fraudreview.simulation.rows import Rows, joined_rows
from fraudreview.simulation.settings import SimulationSettings
from fraudreview.simulation.world import World, build_world


def simulate(settings: SimulationSettings, rng: np.random.Generator) -> pl.DataFrame:
    """The payments of `settings.days` days in the order of time, with their truth.

    About `per_day` rows a day; the columns are those of `rendering`. The same settings and a
    generator in the same state give the same table.
    """
    world_rng, history_rng, _ = rng.spawn(3)
    world = build_world(settings, world_rng)
    rows = rows_of_days(world, range(settings.days), settings, history_rng)
    rows = rows[rows["at"] < settings.days * DAY]
    return rendered(world, rows, answers_of(rows, settings.maturity_days), settings.start_at)


def rows_of_days(
    world: World, days: range, settings: SimulationSettings, rng: np.random.Generator
) -> Rows:
    """Everything that begins on `days`, ordered by time; an attack may end some days later."""
    streams = rng.spawn(3)
    settled = settled_purchases(world, days, settings, streams[0])
    newcomers = newcomer_purchases(world, days, settings, streams[1])
    for purchases in (settled, newcomers):
        mark_friendly_fraud(world, purchases)
    rows = joined_rows([settled, newcomers, *attacks(world, days, settings, streams[2])])
    apply_drift(rows, settings.drift)
    return rows
