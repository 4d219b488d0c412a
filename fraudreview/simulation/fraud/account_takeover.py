"""Somebody else logs in as the customer and shops with what is stored in the account."""

import numpy as np

from fraudreview.simulation.draws import Floats, Indices, mixed
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
from fraudreview.simulation.rows import ACCOUNT_TAKEOVER, NONE, Rows, new_rows
from fraudreview.simulation.settings import SimulationSettings
from fraudreview.simulation.tables import (
    APP,
    CARD,
    MATCH,
    NOT_CHECKED,
    PAYPAL,
    WEB,
    currency_of_country,
)
from fraudreview.simulation.world import FAVOURITES, World

SHARE = 0.22
MEAN_SIZE = 4.0


def account_takeovers(
    world: World, days: range, settings: SimulationSettings, rng: np.random.Generator
) -> Rows:
    """Payments out of taken-over accounts: 2 to 9 of one customer within an hour or two."""
    starts = attack_starts(days, settings, rng, share=SHARE, mean_size=MEAN_SIZE)
    sizes = np.clip(1 + rng.geometric(0.33, size=len(starts)), 2, 9)
    gaps = rng.lognormal(np.log(700), 0.8, size=len(starts))
    steps = burst(world, starts, sizes, gaps, rng)
    return _payments(world, steps, victims(world, starts, rng), rng)


def _payments(world: World, steps: Burst, victim: Indices, rng: np.random.Generator) -> Rows:
    people, of = world.people, steps.attack
    customer, count = victim[of], len(of)
    home = people.home[customer]
    merchant = _shops(world, customer, rng)
    base = base_countries(people.home[victim], 0.6, rng)[of]
    wallet = rng.random(len(victim)) < 0.2 + 0.8 * people.wallet_share[victim]
    method = np.where(wallet, people.wallet[victim], CARD)[of]
    kept_email = rng.random(len(victim)) < 0.75
    own_card = cards(world, customer, steps.at / DAY, np.zeros(count, dtype=bool))
    rows = new_rows(
        at=steps.at,
        key=mixed(fresh_keys(count, rng), world.key),
        customer=customer,
        since=people.since[customer],
        merchant=merchant,
        channel=np.where(rng.random(len(victim)) < 0.5, WEB, APP)[of],
        method=method,
        euros=_amounts(world, customer, merchant, rng),
        currency=currency_of_country()[home],
        card=np.where(method == PAYPAL, 0, own_card),
        device=fresh_keys(len(victim), rng)[of],
        system=rng.integers(0, 5, size=len(victim))[of],
        ip=address_in(base, mixed(steps.id_of_row)),
        email=np.where(kept_email[of], customer, fresh_keys(len(victim), rng)[of]),
        country=base,
        billing=home,
        # The card is on file, so nobody asks for its digits.
        cvv=NOT_CHECKED,
        address=np.where(method == CARD, MATCH, NOT_CHECKED),
        items=1 + rng.poisson(1.2, size=count),
        pattern=ACCOUNT_TAKEOVER,
        attack=steps.id_of_row,
        decline_chance=0.05,
    )
    elsewhere = base_countries(home, 0.6, rng)
    rows["shipping"] = np.where(is_shipped(world, rows), elsewhere, NONE)
    return rows


def _shops(world: World, customer: Indices, rng: np.random.Generator) -> Indices:
    slot = rng.integers(0, FAVOURITES, size=len(customer))
    known = world.people.online_favourites[customer, slot]
    stored = rng.random(len(customer)) < 0.4
    return np.where(stored, known, tempting_shops(world, rng.random(len(customer))))


def _amounts(
    world: World, customer: Indices, merchant: Indices, rng: np.random.Generator
) -> Floats:
    ordinary = world.merchants.level[merchant] * world.people.level[customer] ** 0.7
    return np.asarray(ordinary * rng.lognormal(0.45, 0.6, size=len(merchant)))
