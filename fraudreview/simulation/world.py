"""The people and the shops of a simulated world, drawn once and then only read."""

from dataclasses import dataclass, fields

import numpy as np

from fraudreview.simulation.draws import Floats, Indices, Keys, mixed, normal, uniform
from fraudreview.simulation.settings import SimulationSettings
from fraudreview.simulation.tables import CATEGORIES, COUNTRIES, country_shares

FAVOURITES = 8
CUSTOMERS_PER_DAILY_PAYMENT = 2.5
SHARE_WHO_JOIN_LATER = 0.12
DAYS_OF_JOINING_AFTER_THE_END = 60


@dataclass(frozen=True)
class Merchants:
    """One position per merchant; `popularity` sums to one."""

    country: Indices
    category: Indices
    online: Indices
    level: Floats
    popularity: Floats

    def choose(self, candidates: Indices, draws: Floats, appeal: Floats | None = None) -> Indices:
        """For each of `draws` in [0, 1) one of `candidates`, the popular ones more often."""
        weights = self.popularity[candidates]
        if appeal is not None:
            weights = weights * appeal[self.category[candidates]]
        bounds = np.cumsum(weights)
        chosen: Indices = candidates[np.searchsorted(bounds, draws * bounds[-1], side="right")]
        return chosen


@dataclass(frozen=True)
class Customers:
    """One position per customer, in the order of joining (`since`, days after the start)."""

    key: Keys
    since: Floats
    home: Indices
    rate: Floats
    level: Floats
    peak_hour: Floats
    spread_hours: Floats
    weekend: Floats
    online_share: Floats
    app_share: Floats
    wallet: Indices
    wallet_share: Floats
    local_favourites: Indices
    online_favourites: Indices

    def __len__(self) -> int:
        return len(self.since)

    def followed_by(self, others: "Customers") -> "Customers":
        """These customers and then the `others`."""
        return Customers(
            **{
                each.name: np.concatenate([getattr(self, each.name), getattr(others, each.name)])
                for each in fields(self)
            }
        )


@dataclass(frozen=True)
class World:
    """Everything that history, attacks and the live feed share.

    The first `settled` of the `people` are there in every world of this seed; the others are
    the newcomers of the dial `new_customers`. Both parts are ordered by their day of joining.
    """

    key: int
    people: Customers
    settled: int
    merchants: Merchants


def build_world(settings: SimulationSettings, rng: np.random.Generator) -> World:
    """A world of the size that `settings` ask for; newcomers wait for their dial."""
    key = int(rng.integers(1, 2**62))
    merchants = _merchants(max(60, round(settings.per_day * 0.3)), rng)
    count = max(60, round(settings.per_day * CUSTOMERS_PER_DAILY_PAYMENT))
    settled = _customers(_joining_days(count, settings, rng), 0, key, merchants, rng)
    newcomers = _newcomers(settings, count, key, merchants, rng)
    return World(key, settled.followed_by(newcomers), count, merchants)


def _merchants(count: int, rng: np.random.Generator) -> Merchants:
    shares = np.array([category.share for category in CATEGORIES])
    category = rng.choice(len(CATEGORIES), size=count, p=shares / shares.sum())
    # Every country and every category gets a shop before chance has its say.
    category[: len(CATEGORIES)] = np.arange(len(CATEGORIES))
    online = np.array([entry.online for entry in CATEGORIES])[category]
    country = rng.choice(len(COUNTRIES), size=count, p=_merchant_country_shares())
    local = np.flatnonzero(~online)
    country[local[: len(COUNTRIES)]] = np.arange(min(len(COUNTRIES), len(local)))
    level = np.array([entry.level for entry in CATEGORIES])[category]
    popularity = rng.pareto(1.3, size=count) + 0.15
    return Merchants(
        country=country.astype(np.int64),
        category=category.astype(np.int64),
        online=np.flatnonzero(online),
        level=level * rng.lognormal(0, 0.3, size=count),
        popularity=popularity / popularity.sum(),
    )


def _merchant_country_shares() -> Floats:
    shares = country_shares() * 0.88 + 0.12 / len(COUNTRIES)
    return np.asarray(shares / shares.sum())


def _joining_days(count: int, settings: SimulationSettings, rng: np.random.Generator) -> Floats:
    horizon = settings.days + DAYS_OF_JOINING_AFTER_THE_END
    later = rng.random(count) < SHARE_WHO_JOIN_LATER * horizon / 120
    tenure = -rng.exponential(500, size=count) - 0.5
    return np.sort(np.where(later, rng.uniform(0, horizon, size=count), tenure))


def _newcomers(
    settings: SimulationSettings,
    settled: int,
    key: int,
    merchants: Merchants,
    rng: np.random.Generator,
) -> Customers:
    dial = settings.drift.new_customers
    count = round(settled * dial.size) if dial else 0
    start = dial.start_day if dial else 0.0
    since = np.sort(rng.uniform(start - 1, start + 4, size=count))
    return _customers(since, settled, key, merchants, rng)


def _customers(
    since: Floats, first: int, key: int, merchants: Merchants, rng: np.random.Generator
) -> Customers:
    count = len(since)
    keys = mixed(np.arange(first, first + count), key)
    home = rng.choice(len(COUNTRIES), size=count, p=country_shares())
    local = np.flatnonzero(~np.isin(np.arange(len(merchants.level)), merchants.online))
    return Customers(
        key=keys,
        since=since,
        home=home.astype(np.int64),
        rate=rng.gamma(1.6, 1.0, size=count) + 0.05,
        level=np.exp(0.5 * normal(keys, "level")),
        peak_hour=np.where(
            uniform(keys, "evening") < 0.35, rng.normal(20, 1.5, count), rng.normal(13, 2.5, count)
        ),
        spread_hours=rng.uniform(1.5, 4.5, size=count),
        weekend=rng.uniform(0.5, 1.8, size=count),
        online_share=rng.beta(1.6, 2.4, size=count),
        app_share=rng.beta(1.2, 1.2, size=count),
        wallet=rng.choice([1, 2, 3], size=count, p=[0.4, 0.35, 0.25]),
        wallet_share=rng.beta(0.7, 1.6, size=count),
        local_favourites=_local_favourites(home, local, merchants, rng),
        online_favourites=merchants.choose(merchants.online, rng.random((count, FAVOURITES))),
    )


def _local_favourites(
    home: Indices, local: Indices, merchants: Merchants, rng: np.random.Generator
) -> Indices:
    draws = rng.random((len(home), FAVOURITES))
    favourites = np.zeros((len(home), FAVOURITES), dtype=np.int64)
    for country in np.unique(home):
        at_home = home == country
        nearby = local[merchants.country[local] == country]
        favourites[at_home] = merchants.choose(nearby, draws[at_home])
    return favourites
