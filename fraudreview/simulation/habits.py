"""Genuine payments: who buys when, where, on what device, for how much."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fraudreview.simulation.draws import Floats, Indices, mixed, uniform
from fraudreview.simulation.identity import (
    cards,
    home_addresses,
    laptops,
    mobile_addresses,
    phones,
)
from fraudreview.simulation.rows import NONE, Rows, new_rows
from fraudreview.simulation.settings import SimulationSettings
from fraudreview.simulation.tables import (
    APP,
    CARD,
    CATEGORIES,
    COUNTRIES,
    FIRST_NEW_COUNTRY,
    MATCH,
    MISMATCH,
    NOT_CHECKED,
    PAYPAL,
    TERMINAL,
    WEB,
    currency_of_country,
)
from fraudreview.simulation.world import FAVOURITES, World

SHARE_OF_SPREES = 0.12
SHARE_AT_FAVOURITES = 0.72
SHARE_OF_LARGE_AMOUNTS = 0.012
DAY = 86_400.0

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Visits:
    """Who buys when, and where they are; one position per payment."""

    customer: Indices
    at: Floats
    country: Indices
    abroad: Mask


def settled_purchases(
    world: World, days: range, settings: SimulationSettings, rng: np.random.Generator
) -> Rows:
    """What the settled customers buy on `days`; about `per_day` payments a day, with growth."""
    return _purchases(world, days, settings, rng, first=0, last=world.settled, share=1.0)


def newcomer_purchases(
    world: World, days: range, settings: SimulationSettings, rng: np.random.Generator
) -> Rows:
    """What the newcomers of the dial buy on `days`; nothing before they join."""
    dial = settings.drift.new_customers
    share = dial.size if dial else 0.0
    return _purchases(
        world, days, settings, rng, first=world.settled, last=len(world.people), share=share
    )


def volume(settings: SimulationSettings, day: int) -> float:
    """The expected number of payments on `day`."""
    return settings.per_day * max(0.0, 1 + settings.growth * day / 30)


def _purchases(
    world: World,
    days: range,
    settings: SimulationSettings,
    rng: np.random.Generator,
    *,
    first: int,
    last: int,
    share: float,
) -> Rows:
    customer, day = _buyers(world, days, settings, rng, first, last, share)
    visits = _visits(world, customer, day, settings, rng)
    return _payments(world, visits, rng)


def _buyers(
    world: World,
    days: range,
    settings: SimulationSettings,
    rng: np.random.Generator,
    first: int,
    last: int,
    share: float,
) -> tuple[Indices, Indices]:
    people = world.people
    since = people.since[first:last]
    weekday_bounds = np.cumsum(people.rate[first:last])
    weekend_bounds = np.cumsum((people.rate * people.weekend)[first:last])
    chosen = []
    for day in days:
        # Customers are ordered by joining, so everybody who is there yet is a prefix.
        present = int(np.searchsorted(since, day, side="right"))
        expected = volume(settings, day) * share * _ramp(world, present, first, last)
        weekend = (settings.start_at.weekday() + day) % 7 >= 5
        bounds = (weekend_bounds if weekend else weekday_bounds)[:present]
        draws = rng.random(rng.poisson(expected)) if present else np.zeros(0)
        found = np.searchsorted(bounds, draws * bounds[-1], side="right") if present else draws
        chosen.append(found.astype(np.int64) + first)
    day_of = np.repeat(np.array(days, dtype=np.int64), [len(part) for part in chosen])
    return np.concatenate(chosen), day_of


def _ramp(world: World, present: int, first: int, last: int) -> float:
    # The settled carry the stated volume at any time; newcomers bring theirs as they join.
    return 1.0 if first == 0 else present / max(1, last - first)


def _visits(
    world: World,
    customer: Indices,
    day: Indices,
    settings: SimulationSettings,
    rng: np.random.Generator,
) -> Visits:
    people = world.people
    local_hour = people.peak_hour[customer] + people.spread_hours[customer] * rng.standard_normal(
        len(customer)
    )
    spree = _sprees(day, rng)
    customer = np.where(spree, np.roll(customer, 1), customer)
    soon_after = np.roll(local_hour, 1) + rng.exponential(0.3, len(day))
    local_hour = np.where(spree, soon_after, local_hour)
    country, abroad = _whereabouts(world, customer, day)
    hours_ahead = np.array([each.hours_ahead for each in COUNTRIES])[country]
    at = day * DAY + ((local_hour - hours_ahead) % 24) * 3_600
    # Nobody pays before joining: on the first day the payment follows the registration.
    since = people.since[customer] * DAY
    at = np.where(at < since, since + rng.exponential(600, len(at)), at)
    return Visits(customer, at, country, abroad)


def _sprees(day: Indices, rng: np.random.Generator) -> Mask:
    spree = rng.random(len(day)) < SHARE_OF_SPREES
    return np.asarray(spree & (np.roll(day, 1) == day) & ~np.roll(spree, 1))


def _whereabouts(world: World, customer: Indices, day: Indices) -> tuple[Indices, Mask]:
    """Where each customer is on that day: now and then on a journey of 3 to 16 days."""
    key = world.people.key[customer]
    phase = uniform(key, "journey phase")
    period = np.floor(day / 75 + phase).astype(np.int64)
    journey = mixed(key, period, 5)
    begins = (period - phase) * 75 + 45 * uniform(journey, "begins")
    lasts = 3 + 13 * uniform(journey, "lasts")
    goes = uniform(journey, "goes") < 0.38
    abroad = goes & (day >= begins) & (day < begins + lasts)
    destination = (uniform(journey, "destination") ** 1.5 * FIRST_NEW_COUNTRY).astype(np.int64)
    country = np.where(abroad, destination, world.people.home[customer])
    return country, np.asarray(abroad & (country != world.people.home[customer]))


def _payments(world: World, visits: Visits, rng: np.random.Generator) -> Rows:
    people, merchants = world.people, world.merchants
    count = len(visits.at)
    online_share = people.online_share[visits.customer] * np.where(visits.abroad, 0.5, 1.0)
    online = rng.random(count) < online_share
    merchant = _shops(world, visits, online, rng)
    channel = _channels(world, visits.customer, online, rng)
    method = _methods(world, visits.customer, channel, rng)
    home = people.home[visits.customer]
    payer = np.where(online, home, merchants.country[merchant])
    rows = new_rows(
        at=visits.at,
        key=mixed(rng.integers(0, 2**62, size=count), world.key),
        customer=visits.customer,
        since=people.since[visits.customer],
        merchant=merchant,
        channel=channel,
        method=method,
        euros=_amounts(world, visits.customer, merchant, rng),
        currency=currency_of_country()[payer],
        email=visits.customer,
        country=np.where(online, visits.country, merchants.country[merchant]),
        billing=home,
        cvv=_checks(online & (method == CARD), 0.012, rng),
        address=_checks(online & (method == CARD), 0.045, rng),
        items=1 + rng.poisson(0.8, size=count),
        decline_chance=0.02,
    )
    add_own_identity(world, rows, rng)
    rows["shipping"] = _destinations(world, rows, rng)
    return rows


def _shops(world: World, visits: Visits, online: Mask, rng: np.random.Generator) -> Indices:
    people, merchants = world.people, world.merchants
    slot = np.minimum(rng.geometric(0.32, size=len(online)) - 1, FAVOURITES - 1)
    favourites = np.where(
        online,
        people.online_favourites[visits.customer, slot],
        people.local_favourites[visits.customer, slot],
    )
    draws = rng.random(len(online))
    elsewhere = merchants.choose(merchants.online, draws)
    for country in np.unique(visits.country):
        here = ~online & (visits.country == country)
        elsewhere[here] = merchants.choose(local_merchants(world, int(country)), draws[here])
    loyal = (rng.random(len(online)) < SHARE_AT_FAVOURITES) & (online | ~visits.abroad)
    return np.where(loyal, favourites, elsewhere)


def local_merchants(world: World, country: int) -> Indices:
    """The shops with a terminal in `country`."""
    local = world.merchants.country == country
    local[world.merchants.online] = False
    return np.flatnonzero(local)


def _channels(world: World, customer: Indices, online: Mask, rng: np.random.Generator) -> Indices:
    app = rng.random(len(online)) < world.people.app_share[customer]
    return np.where(online, np.where(app, APP, WEB), TERMINAL)


def _methods(
    world: World, customer: Indices, channel: Indices, rng: np.random.Generator
) -> Indices:
    wallet = rng.random(len(channel)) < world.people.wallet_share[customer]
    method = np.where(wallet, world.people.wallet[customer], CARD)
    return np.where((channel == TERMINAL) & (method == PAYPAL), CARD, method)


def _amounts(
    world: World, customer: Indices, merchant: Indices, rng: np.random.Generator
) -> Floats:
    count = len(merchant)
    ordinary = world.merchants.level[merchant] * world.people.level[customer] ** 0.7
    large = np.where(
        rng.random(count) < SHARE_OF_LARGE_AMOUNTS, rng.lognormal(1.4, 0.5, size=count), 1.0
    )
    return np.asarray(ordinary * large * rng.lognormal(-0.1, 0.55, size=count))


def _checks(checked: Mask, mismatch_share: float, rng: np.random.Generator) -> Indices:
    wrong = rng.random(len(checked)) < mismatch_share
    return np.where(checked, np.where(wrong, MISMATCH, MATCH), NOT_CHECKED)


def add_own_identity(world: World, rows: Rows, rng: np.random.Generator) -> None:
    """Fill in the customer's own card, device and address, as they are at that moment."""
    customer, day = rows["customer"], rows["at"] / DAY
    online = rows["channel"] != TERMINAL
    on_phone = (rows["channel"] == APP) | (rng.random(len(rows)) < 0.3)
    second = rng.random(len(rows)) < 0.25
    rows["card"] = np.where(rows["method"] == PAYPAL, 0, cards(world, customer, day, second))
    device = np.where(on_phone, phones(world, customer, day), laptops(world, customer, day))
    rows["device"] = np.where(online, device, 0)
    rows["system"] = np.where(online, systems(world, customer, on_phone), NONE)
    country = rows["country"].astype(np.int64)
    roaming = mobile_addresses(country, mixed(world.people.key[customer], day.astype(np.int64)))
    at_home = (country == world.people.home[customer]) & (rng.random(len(rows)) < 0.75)
    home = home_addresses(world, customer, day, country)
    rows["ip"] = np.where(online, np.where(at_home, home, roaming), 0)


def systems(world: World, customer: Indices, on_phone: Mask) -> Indices:
    """The operating system of the customer's phone or laptop, as a position in SYSTEMS."""
    key = world.people.key[customer]
    phone = (uniform(key, "phone system") < 0.55).astype(np.int64)
    laptop = 2 + np.searchsorted([0.68, 0.93], uniform(key, "laptop system"))
    return np.where(on_phone, phone, laptop)


def is_shipped(world: World, rows: Rows) -> Mask:
    """Which payments are for goods that a parcel brings."""
    digital = np.array([category.digital for category in CATEGORIES])
    return np.asarray(
        (rows["channel"] != TERMINAL) & ~digital[world.merchants.category[rows["merchant"]]]
    )


def _destinations(world: World, rows: Rows, rng: np.random.Generator) -> Indices:
    """Where goods go: mostly home, sometimes as a present abroad."""
    present = rng.random(len(rows)) < 0.03
    abroad = rng.integers(0, FIRST_NEW_COUNTRY, size=len(rows))
    destination = np.where(present, abroad, rows["billing"])
    return np.where(is_shipped(world, rows), destination, NONE)
