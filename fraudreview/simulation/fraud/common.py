"""What all attacks share: how many there are, whom they hit, how they unfold in time."""

from dataclasses import dataclass

import numpy as np

from fraudreview.simulation.draws import Floats, Indices, Keys, mixed
from fraudreview.simulation.habits import DAY, volume
from fraudreview.simulation.settings import SimulationSettings
from fraudreview.simulation.tables import CATEGORIES, FIRST_NEW_COUNTRY
from fraudreview.simulation.world import World


@dataclass(frozen=True)
class Burst:
    """The payments of several attacks; `attack` and `step` say whose and which each one is."""

    attack: Indices
    step: Indices
    at: Floats
    ids: Indices

    @property
    def id_of_row(self) -> Indices:
        """The lasting number of the attack to which each payment belongs."""
        ids: Indices = self.ids[self.attack]
        return ids


def attack_starts(
    days: range,
    settings: SimulationSettings,
    rng: np.random.Generator,
    *,
    share: float,
    mean_size: float,
) -> Floats:
    """When attacks begin, in seconds; as many as yield `share` of the expected fraud."""
    payments = sum(volume(settings, day) for day in days) * settings.fraud_share * share
    count = int(payments / mean_size + rng.random())
    return np.asarray(rng.uniform(days.start, days.stop, size=count) * DAY)


def burst(
    world: World,
    starts: Floats,
    sizes: Indices,
    gaps: Floats,
    rng: np.random.Generator,
) -> Burst:
    """One payment per step of each attack; `gaps` are mean seconds between steps."""
    attack = np.repeat(np.arange(len(starts)), sizes)
    first = np.repeat(np.cumsum(sizes) - sizes, sizes)
    step = np.arange(len(attack)) - first
    waits = rng.exponential(gaps[attack]) if len(attack) else np.zeros(0)
    elapsed = np.cumsum(waits)
    at = starts[attack] + elapsed - elapsed[first] if len(attack) else np.zeros(0)
    return Burst(attack, step, at, _attack_ids(world, len(starts), rng))


def victims(world: World, starts: Floats, rng: np.random.Generator) -> Indices:
    """For each attack one settled customer of that day, active ones more often."""
    people = world.people
    present = np.searchsorted(people.since[: world.settled], starts / DAY, side="right")
    bounds = np.concatenate([[0.0], np.cumsum(people.rate[: world.settled])])
    draws = rng.random(len(starts)) * bounds[present]
    chosen: Indices = np.searchsorted(bounds, draws, side="right") - 1
    return chosen


def tempting_shops(world: World, draws: Floats) -> Indices:
    """Online shops, chosen by popularity and by how easily their goods are resold."""
    appeal = np.array([category.appeal for category in CATEGORIES])
    return world.merchants.choose(world.merchants.online, draws, appeal)


def base_countries(home: Indices, nearby_share: float, rng: np.random.Generator) -> Indices:
    """From where thieves connect: their victim's country (a proxy) or any other."""
    foreign = rng.integers(0, FIRST_NEW_COUNTRY, size=len(home))
    return np.where(rng.random(len(home)) < nearby_share, home, foreign)


def fresh_keys(count: int, rng: np.random.Generator) -> Keys:
    """Keys of things nobody has seen before: a thief's device, an address made up just now."""
    return mixed(rng.integers(2**33, 2**62, size=count))


def _attack_ids(world: World, count: int, rng: np.random.Generator) -> Indices:
    key = mixed(rng.integers(0, 2**62, size=count), world.key)
    return (key >> np.uint64(2)).astype(np.int64)
