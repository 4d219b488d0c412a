"""Measure many windows of a world with the library that reports use."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bench.coverage.world import SIDE, STRATA, Claims, Payments, World, draw_window
from monitoring.domain.estimation import (
    BLOCKED,
    PUBLISHED,
    REVIEWED,
    ClaimedFrauds,
    DecidedSample,
    Estimate,
    Evidence,
    Population,
    Sample,
    estimate_share,
    rates,
)
from monitoring.domain.estimation.performance import recall, wrongful_declines

RATES = ("fpr", "precision", "recall")
PREVALENCES = (0.001, 0.002, 0.005, 0.01, 0.02)
AUDITS = (500, 1_000, 2_000, 5_000)
WINDOWS = 800
TITLES = ("approved", "reviewed", "blocked")


@dataclass(frozen=True, slots=True)
class Tally:
    """How one rate fared over the windows of one world.

    Attributes
    ----------
    covered
        Share of windows whose bounds hold the truth; a bound that was not given holds all.
    covered_shown
        The same among windows that gave a number; None where none did.
    refused
        Share of windows that gave no number.
    width
        Median width of the interval where both bounds were given; None where none was.
    bias
        Mean of the numbers given over the truth, less one; None where none was given.
    expected_events
        Labels that carry the rate, on average.
    """

    prevalence: float
    audits: int
    claims: str
    rate: str
    truth: float
    expected_events: float
    windows: int
    covered: float
    covered_shown: float | None
    refused: float
    width: float | None
    bias: float | None


def worlds() -> Iterator[World]:
    """Every configuration that `make coverage-sim` runs."""
    for claims in Claims:
        for prevalence in PREVALENCES:
            for audits in AUDITS:
                yield World(prevalence, audits, claims)


def tally(world: World, *, windows: int, rng: np.random.Generator) -> list[Tally]:
    """Draw and measure so many windows; one tally for each rate."""
    found: dict[str, list[Estimate]] = {rate: [] for rate in RATES}
    for _ in range(windows):
        for rate, estimate in estimates(world, draw_window(world, rng)).items():
            found[rate].append(estimate)
    return [_tally(world, rate, each) for rate, each in found.items()]


def estimates(
    world: World, payments: Payments, required: Evidence = PUBLISHED
) -> dict[str, Estimate]:
    """The three rates of one window."""
    decided = sample_of(world, payments)
    precision = rates.precision(decided.sample, decided.flagged, sides=(REVIEWED, BLOCKED))
    return {
        "fpr": estimate_share(decided.sample, wrongful_declines(decided), required=required),
        "precision": estimate_share(decided.sample, precision, required=required),
        "recall": recall(decided, required),
    }


def sample_of(world: World, payments: Payments) -> DecidedSample:
    """What the database would know of this window: drawn payments and claims, no more."""
    census = payments.claimed & (world.claims is Claims.CENSUS)
    known = payments.drawn | census
    cell = np.where(census, payments.stratum + STRATA, payments.stratum)
    count = np.bincount(cell, minlength=2 * STRATA).astype(np.int64)
    count[:STRATA] += payments.rest
    propensity = np.where(census, 1.0, world.propensity[payments.stratum])
    return DecidedSample(
        sample=Sample(
            fraud=payments.fraud[known],
            propensity=propensity[known],
            cell=cell[known],
            cluster=payments.cluster[known],
            population=Population(count, np.tile(SIDE, 2), TITLES, np.arange(2 * STRATA) >= STRATA),
        ),
        declined=payments.declined[known],
        delayed=np.zeros(int(known.sum()), dtype=np.bool_),
        amount=np.ones(int(known.sum())),
        claimed=_claims_left(payments) if world.claims is Claims.RETURNED else None,
    )


def _claims_left(payments: Payments) -> ClaimedFrauds:
    """Frauds that were claimed because no audit returned their money first."""
    claimed = payments.claimed & ~payments.drawn
    return ClaimedFrauds.of(payments.cluster[claimed], np.ones(int(claimed.sum())))


def _tally(world: World, rate: str, found: Sequence[Estimate]) -> Tally:
    truth = world.truth[rate]
    held = [_holds(estimate, truth) for estimate in found]
    shown = [estimate.estimate is not None for estimate in found]
    values = [estimate.estimate for estimate in found if estimate.estimate is not None]
    held_shown = [holds for holds, is_shown in zip(held, shown, strict=True) if is_shown]
    widths = [
        estimate.high - estimate.low
        for estimate in found
        if estimate.low is not None and estimate.high is not None
    ]
    return Tally(
        prevalence=world.prevalence,
        audits=world.audits,
        claims=world.claims.value,
        rate=rate,
        truth=truth,
        expected_events=round(world.expected_events[rate], 1),
        windows=len(found),
        covered=float(np.mean(held)),
        covered_shown=float(np.mean(held_shown)) if held_shown else None,
        refused=1 - float(np.mean(shown)),
        width=float(np.median(widths)) if widths else None,
        bias=float(np.mean(values)) / truth - 1 if values else None,
    )


def _holds(estimate: Estimate, truth: float) -> bool:
    low = 0.0 if estimate.low is None else estimate.low
    high = 1.0 if estimate.high is None else estimate.high
    return low <= truth <= high
