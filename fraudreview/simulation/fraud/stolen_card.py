"""A stolen card number is used up in tempting online shops before its owner notices."""

import numpy as np

from fraudreview.simulation.draws import Floats, Indices, Keys, mixed
from fraudreview.simulation.fraud.common import (
    Burst,
    attack_starts,
    base_countries,
    burst,
    fresh_keys,
    tempting_shops,
    victims,
)
from fraudreview.simulation.habits import DAY, is_shipped
from fraudreview.simulation.identity import address_in, cards
from fraudreview.simulation.rows import NONE, STOLEN_CARD, Rows, new_rows
from fraudreview.simulation.settings import SimulationSettings
from fraudreview.simulation.tables import (
    APP,
    CARD,
    MATCH,
    MISMATCH,
    WEB,
    currency_of_country,
)
from fraudreview.simulation.world import World

SHARE = 0.42
MEAN_SIZE = 5.0
SHARE_OF_QUIET_ATTACKS = 0.25
RING_DEVICES = 40


def stolen_cards(
    world: World, days: range, settings: SimulationSettings, rng: np.random.Generator
) -> Rows:
    """Payments with stolen card numbers: 1 to 14 on one card, within minutes or a few days."""
    starts = attack_starts(days, settings, rng, share=SHARE, mean_size=MEAN_SIZE)
    quiet = rng.random(len(starts)) < SHARE_OF_QUIET_ATTACKS
    loud_sizes = np.clip(1 + rng.geometric(0.19, size=len(starts)), 2, 14)
    sizes = np.where(quiet, rng.integers(1, 3, size=len(starts)), loud_sizes)
    gaps = np.where(rng.random(len(starts)) < 0.6, 1_500.0, 14_000.0)
    steps = burst(world, starts, sizes, gaps, rng)
    victim = victims(world, starts, rng)
    return _payments(world, steps, victim, quiet, rng)


def _payments(
    world: World, steps: Burst, victim: Indices, quiet: np.ndarray, rng: np.random.Generator
) -> Rows:
    people, of = world.people, steps.attack
    customer, count = victim[of], len(of)
    home = people.home[customer]
    merchant = tempting_shops(world, rng.random(count))
    base = base_countries(people.home[victim], 0.55, rng)[of]
    own_email = rng.random(len(victim)) < 0.65
    day = steps.at[np.searchsorted(of, of)] / DAY
    rows = new_rows(
        at=steps.at,
        key=mixed(fresh_keys(count, rng), world.key),
        customer=customer,
        since=people.since[customer],
        merchant=merchant,
        channel=np.where(rng.random(count) < 0.8, WEB, APP),
        method=CARD,
        euros=_amounts(world, steps, customer, merchant, quiet[of], rng),
        currency=currency_of_country()[home],
        card=cards(world, customer, day, np.zeros(count, dtype=bool)),
        device=_devices(len(victim), rng)[of],
        system=rng.integers(0, 5, size=len(victim))[of],
        ip=address_in(base, mixed(steps.id_of_row, steps.step // 4)),
        email=np.where(own_email[of], customer, fresh_keys(len(victim), rng)[of]),
        country=base,
        billing=home,
        cvv=np.where(rng.random(count) < 0.12, MISMATCH, MATCH),
        address=np.where(rng.random(count) < 0.3, MISMATCH, MATCH),
        items=1 + rng.poisson(0.7, size=count),
        pattern=STOLEN_CARD,
        attack=steps.id_of_row,
        decline_chance=0.10,
    )
    elsewhere = base_countries(home, 0.55, rng)
    rows["shipping"] = np.where(is_shipped(world, rows), elsewhere, NONE)
    return rows


def _amounts(
    world: World,
    steps: Burst,
    customer: Indices,
    merchant: Indices,
    quiet: np.ndarray,
    rng: np.random.Generator,
) -> Floats:
    count = len(merchant)
    ordinary = world.merchants.level[merchant] * world.people.level[customer] ** 0.5
    greed = np.where(quiet, 0.0, 0.45) + 0.55 * rng.standard_normal(count)
    probe = (steps.step == 0) & ~quiet & (rng.random(count) < 0.3)
    return np.asarray(np.where(probe, rng.uniform(0.5, 5, count), ordinary * np.exp(greed)))


def _devices(count: int, rng: np.random.Generator) -> Keys:
    ring = mixed(rng.integers(0, RING_DEVICES, size=count), 77)
    own = fresh_keys(count, rng)
    kind = rng.random(count)
    return np.where(kind < 0.35, ring, np.where(kind < 0.9, own, np.uint64(0)))
