"""A script tries card numbers with tiny payments, one after the other, out of one account."""

import numpy as np

from fraudreview.simulation.draws import Floats, Indices, mixed
from fraudreview.simulation.fraud.common import (
    Burst,
    attack_starts,
    base_countries,
    burst,
    fresh_keys,
)
from fraudreview.simulation.habits import DAY
from fraudreview.simulation.identity import address_in
from fraudreview.simulation.rows import CARD_TESTING, Rows, new_rows
from fraudreview.simulation.settings import SimulationSettings
from fraudreview.simulation.tables import (
    CARD,
    CARD_TESTING_CATEGORIES,
    CATEGORIES,
    FIRST_NEW_COUNTRY,
    MATCH,
    MISMATCH,
    WEB,
    currency_of_country,
)
from fraudreview.simulation.world import World

SHARE = 0.18
MEAN_SIZE = 21.0
GUESTS_FROM = 50_000_000  # customers who register only to test cards


def card_tests(
    world: World, days: range, settings: SimulationSettings, rng: np.random.Generator
) -> Rows:
    """Tiny payments with many cards by one new account: 10 to 32 in well under an hour."""
    starts = attack_starts(days, settings, rng, share=SHARE, mean_size=MEAN_SIZE)
    sizes = rng.integers(10, 33, size=len(starts))
    gaps = rng.uniform(15, 90, size=len(starts))
    return _payments(world, burst(world, starts, sizes, gaps, rng), starts / DAY, rng)


def _payments(world: World, steps: Burst, start_day: Floats, rng: np.random.Generator) -> Rows:
    of, count, attacks = steps.attack, len(steps.attack), len(steps.ids)
    home = rng.integers(0, 9, size=attacks)
    base = base_countries(home, 0.4, rng)[of]
    registered = start_day - rng.exponential(0.7, size=attacks)
    guest = GUESTS_FROM + (steps.ids % GUESTS_FROM)
    return new_rows(
        at=steps.at,
        key=mixed(fresh_keys(count, rng), world.key),
        customer=guest[of],
        since=registered[of],
        merchant=_small_shops(world, attacks, rng)[of],
        channel=WEB,
        method=CARD,
        euros=rng.uniform(0.5, 4.5, size=count),
        currency=currency_of_country()[home][of],
        # Each number is tried two or three times, with another expiry date or check digits.
        card=mixed(steps.id_of_row, steps.step // 3, 6),
        device=fresh_keys(attacks, rng)[of],
        system=rng.integers(0, 5, size=attacks)[of],
        ip=address_in(base, mixed(steps.id_of_row, steps.step // 7)),
        email=fresh_keys(attacks, rng)[of],
        country=base,
        billing=rng.integers(0, FIRST_NEW_COUNTRY, size=count),
        cvv=np.where(rng.random(count) < 0.5, MISMATCH, MATCH),
        address=np.where(rng.random(count) < 0.4, MISMATCH, MATCH),
        items=1,
        pattern=CARD_TESTING,
        attack=steps.id_of_row,
        decline_chance=0.72,
    )


def _small_shops(world: World, count: int, rng: np.random.Generator) -> Indices:
    cheap = [each.code in CARD_TESTING_CATEGORIES for each in CATEGORIES]
    online = world.merchants.online
    candidates = online[np.array(cheap)[world.merchants.category[online]]]
    candidates = candidates if len(candidates) else online
    return world.merchants.choose(candidates, rng.random(count))
