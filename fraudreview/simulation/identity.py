"""Which card, device and address a customer uses on a day; a function of keys, without memory."""

import numpy as np
from numpy.typing import NDArray

from fraudreview.simulation.draws import Floats, Indices, Keys, mixed, uniform
from fraudreview.simulation.world import World

CARD_LIFETIME_DAYS = 1_100
SHARE_WITH_TWO_CARDS = 0.35
SHARE_OF_SHARED_LAPTOPS = 0.08

Addresses = NDArray[np.uint32]


def cards(world: World, customer: Indices, day: Floats, second: NDArray[np.bool_]) -> Keys:
    """The card each `customer` holds on `day`; the `second` one where there is one."""
    owner = world.people.key[customer]
    slot = (second & (uniform(owner, "two cards") < SHARE_WITH_TWO_CARDS)).astype(np.int64)
    phase = uniform(mixed(owner, slot), "card phase")
    generation = np.floor(day / CARD_LIFETIME_DAYS + phase).astype(np.int64)
    return mixed(owner, slot, generation, 1)


def phones(world: World, customer: Indices, day: Floats) -> Keys:
    """The phone of each `customer` on `day`; now and then somebody buys a new one."""
    owner = world.people.key[customer]
    lifetime = 200 + 700 * uniform(owner, "phone lifetime")
    generation = np.floor(day / lifetime + uniform(owner, "phone phase")).astype(np.int64)
    return mixed(owner, generation, 2)


def laptops(world: World, customer: Indices, day: Floats) -> Keys:
    """The browser of each `customer` on `day`; some households share one, some clear it often."""
    household = world.people.key[customer - customer % 2]
    owner = world.people.key[customer]
    owner = np.where(uniform(household, "shared") < SHARE_OF_SHARED_LAPTOPS, household, owner)
    lifetime = 20 + 800 * uniform(owner, "laptop lifetime")
    generation = np.floor(day / lifetime + uniform(owner, "laptop phase")).astype(np.int64)
    return mixed(owner, generation, 3)


def home_addresses(world: World, customer: Indices, day: Floats, country: Indices) -> Addresses:
    """The IP address of each customer's home line; providers renew it every few days."""
    owner = world.people.key[customer]
    lifetime = 3 + 60 * uniform(owner, "line lifetime")
    generation = np.floor(day / lifetime).astype(np.int64)
    return address_in(country, mixed(owner, generation, 4))


def address_in(country: Indices, key: Keys) -> Addresses:
    """An address of a home line in `country`, out of the private range 10.0.0.0/8."""
    network = (10 << 24) + ((country.astype(np.uint32) + 16) << np.uint32(16))
    return np.asarray(network + (key & np.uint64(0xFFFF)).astype(np.uint32), dtype=np.uint32)


def mobile_addresses(country: Indices, key: Keys) -> Addresses:
    """An address of a mobile network, shared by many customers, out of 100.64.0.0/10."""
    network = (100 << 24) + ((country.astype(np.uint32) + 64) << np.uint32(16))
    return np.asarray(network + (key % np.uint64(1024)).astype(np.uint32), dtype=np.uint32)
