"""A customer buys, keeps the goods and disputes the payment all the same."""

import numpy as np

from fraudreview.simulation.draws import Floats, uniform
from fraudreview.simulation.rows import FRIENDLY_FRAUD, Rows
from fraudreview.simulation.tables import CATEGORIES, TERMINAL
from fraudreview.simulation.world import World

SHARE_OF_PAYMENTS = 0.0004
SHARE_OF_REPEAT_OFFENDERS = 0.01


def mark_friendly_fraud(world: World, rows: Rows) -> None:
    """Mark the genuine online payments in `rows` whose buyers will dispute them.

    They look like any other payment of that customer, because they are; only the late answer
    differs. People who did it once do it again, and digital goods invite it.
    """
    disputed = uniform(rows["key"], "friendly fraud") < _chances(world, rows)
    rows["pattern"][disputed] = FRIENDLY_FRAUD


def _chances(world: World, rows: Rows) -> Floats:
    digital = np.array([category.digital for category in CATEGORIES])
    coin = uniform(world.people.key[rows["customer"]], "repeat offender")
    offender = coin < SHARE_OF_REPEAT_OFFENDERS
    chance = SHARE_OF_PAYMENTS * np.where(offender, 40.0, 0.8)
    chance = chance * np.where(digital[world.merchants.category[rows["merchant"]]], 3.0, 1.0)
    return np.where(rows["channel"] == TERMINAL, 0.0, chance)
