"""How thieves behave: one module for each pattern, each a pure function of world and chance."""

from collections.abc import Callable

import numpy as np

from fraudreview.simulation.fraud.account_takeover import account_takeovers
from fraudreview.simulation.fraud.card_testing import card_tests
from fraudreview.simulation.fraud.compromised_merchant import compromised_merchants
from fraudreview.simulation.fraud.stolen_card import stolen_cards
from fraudreview.simulation.rows import Rows
from fraudreview.simulation.settings import SimulationSettings
from fraudreview.simulation.world import World

Pattern = Callable[[World, range, SimulationSettings, np.random.Generator], Rows]

PATTERN_MODULES: dict[str, Pattern] = {
    "stolen_card": stolen_cards,
    "account_takeover": account_takeovers,
    "card_testing": card_tests,
    "compromised_merchant": compromised_merchants,
}


def attacks(
    world: World, days: range, settings: SimulationSettings, rng: np.random.Generator
) -> list[Rows]:
    """The payments of all attacks that begin on `days`, pattern by pattern.

    The last ones of an attack may fall behind the end of `days`.
    """
    streams = rng.spawn(len(PATTERN_MODULES))
    return [
        pattern(world, days, settings, stream)
        for pattern, stream in zip(PATTERN_MODULES.values(), streams, strict=True)
    ]
