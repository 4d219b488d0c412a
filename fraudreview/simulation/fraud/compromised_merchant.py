"""A shop's terminal is tampered with; copies of the cards used there come back to life later."""

import numpy as np

from fraudreview.simulation.draws import Floats, Indices, mixed
from fraudreview.simulation.fraud.common import Burst, attack_starts, burst, fresh_keys
from fraudreview.simulation.habits import DAY, local_merchants
from fraudreview.simulation.identity import cards
from fraudreview.simulation.rows import COMPROMISED_MERCHANT, Rows, new_rows
from fraudreview.simulation.settings import SimulationSettings
from fraudreview.simulation.tables import (
    CARD,
    NOT_CHECKED,
    TERMINAL,
    currency_of_country,
)
from fraudreview.simulation.world import World

SHARE = 0.18
VICTIMS_PER_SHOP = 12
MEAN_SIZE_PER_VICTIM = 2.5
SHARE_AT_THE_SAME_SHOP = 0.6


def compromised_merchants(
    world: World, days: range, settings: SimulationSettings, rng: np.random.Generator
) -> Rows:
    """Payments with copied cards: 1 to 5 on each, at the tampered shop and others nearby."""
    mean_size = VICTIMS_PER_SHOP * MEAN_SIZE_PER_VICTIM
    starts = attack_starts(days, settings, rng, share=SHARE, mean_size=mean_size)
    shop = _tampered_shops(world, len(starts), rng)
    per_shop = rng.poisson(VICTIMS_PER_SHOP - 1, size=len(starts)) + 1
    shop, victim = np.repeat(shop, per_shop), _regulars(world, np.repeat(shop, per_shop), rng)
    uses = np.repeat(starts, per_shop) + rng.uniform(0, 9 * DAY, size=len(victim))
    sizes = np.clip(rng.geometric(0.4, size=len(victim)), 1, 5)
    gaps = rng.lognormal(np.log(2_500), 1.0, size=len(victim))
    return _payments(world, burst(world, uses, sizes, gaps, rng), victim, shop, rng)


def _tampered_shops(world: World, count: int, rng: np.random.Generator) -> Indices:
    populated = world.people.home[: world.settled]
    country = populated[rng.integers(0, len(populated), size=count)]
    draws = rng.random(count)
    return np.array(
        [
            world.merchants.choose(local_merchants(world, int(where)), draw)[()]
            for where, draw in zip(country, draws[:, None], strict=True)
        ],
        dtype=np.int64,
    ).reshape(count)


def _regulars(world: World, shop: Indices, rng: np.random.Generator) -> Indices:
    """For each of `shop` somebody who likes to buy there, else anybody of that country."""
    favourites = world.people.local_favourites[: world.settled]
    home, since = world.people.home[: world.settled], world.people.since[: world.settled]
    chosen = np.zeros(len(shop), dtype=np.int64)
    for each in np.unique(shop):
        here = shop == each
        likely = np.flatnonzero((favourites == each).any(axis=1) & (since < 0))
        nearby = np.flatnonzero((home == world.merchants.country[each]) & (since < 0))
        pool = likely if len(likely) >= VICTIMS_PER_SHOP else nearby
        chosen[here] = rng.choice(pool if len(pool) else np.arange(len(home)), size=here.sum())
    return chosen


def _payments(
    world: World, steps: Burst, victim: Indices, tampered: Indices, rng: np.random.Generator
) -> Rows:
    people, of = world.people, steps.attack
    customer, count = victim[of], len(of)
    merchant = _shops(world, tampered[of], rng)
    country = world.merchants.country[merchant]
    return new_rows(
        at=steps.at,
        key=mixed(fresh_keys(count, rng), world.key),
        customer=customer,
        since=people.since[customer],
        merchant=merchant,
        channel=TERMINAL,
        method=CARD,
        euros=_amounts(world, merchant, rng),
        currency=currency_of_country()[country],
        card=cards(world, customer, steps.at / DAY, np.zeros(count, dtype=bool)),
        email=customer,
        country=country,
        billing=people.home[customer],
        cvv=NOT_CHECKED,
        address=NOT_CHECKED,
        items=1 + rng.poisson(0.8, size=count),
        pattern=COMPROMISED_MERCHANT,
        attack=steps.id_of_row,
        decline_chance=0.04,
    )


def _shops(world: World, tampered: Indices, rng: np.random.Generator) -> Indices:
    draws, merchant = rng.random(len(tampered)), tampered.copy()
    away = rng.random(len(tampered)) >= SHARE_AT_THE_SAME_SHOP
    country = world.merchants.country[tampered]
    for where in np.unique(country):
        here = away & (country == where)
        merchant[here] = world.merchants.choose(local_merchants(world, int(where)), draws[here])
    return merchant


def _amounts(world: World, merchant: Indices, rng: np.random.Generator) -> Floats:
    level = world.merchants.level[merchant]
    return np.asarray(level * rng.lognormal(0.9, 0.5, size=len(merchant)))
