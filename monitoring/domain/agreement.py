"""How far two people agree who look at the same payments without knowing of each other.

With the shares a (both fraud), b and c (one of them), d (both legitimate) of all pairs:

    raw agreement       p_o = a + d
    Cohen's kappa       (p_o - p_e) / (1 - p_e),  p_e = f s + (1 - f)(1 - s),  f = a + b,  s = a + c
    Gwet's AC1          (p_o - p_g) / (1 - p_g),  p_g = 2 q (1 - q),  q = (f + s) / 2
    positive agreement  2a / (2a + b + c)

(Cohen 1960; Gwet 2008; Cicchetti and Feinstein 1990.) Where fraud is rare, kappa is low however
well people agree, and AC1 and raw agreement are high however badly they do on frauds: the one that
tells of frauds is positive agreement.

A pair counts as one over the share of verdicts that was drawn when it was. Intervals are the
middle 95 % of the measures over draws from the Dirichlet posterior of (a, b, c, d) with 1/4 of a
pair before the data in each; for raw agreement that is the Jeffreys interval, and unlike the
linearised variance it does not shrink to nothing where everybody agreed. Weighted pairs count for
(sum of weights)² / sum of squared weights.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitoring.domain.estimation import Estimate
from scoring.domain.wording import count

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
FEWEST_PAIRS = 20
FEWEST_CALLED = 5
PRIOR = 0.25
DRAWS = 4_000
TAILS = (0.025, 0.975)


@dataclass(frozen=True)
class Pairs:
    """Pairs of independent verdicts; all arrays (n,).

    first, second: whether it said fraud. share: of the verdicts of its time, so many were drawn.
    """

    first: Bools
    second: Bools
    share: Floats

    def __len__(self) -> int:
        return len(self.first)


@dataclass(frozen=True)
class PairAgreement:
    """The four measures; `kappa` and `ac1` lie in [-1, 1], the others in [0, 1]."""

    raw: Estimate
    kappa: Estimate
    ac1: Estimate
    positive: Estimate


def pair_agreement(pairs: Pairs, *, rng: np.random.Generator) -> PairAgreement:
    """Return the measures with 95 % intervals; `rng` draws the posterior.

    Refused below twenty pairs; kappa and positive agreement also where in fewer than five pairs
    somebody said fraud.
    """
    shares, n_eff = _table(pairs)
    called = int((pairs.first | pairs.second).sum())
    drawn = rng.dirichlet(n_eff * shares + PRIOR, size=DRAWS)

    def told(name: str, *, of_frauds: bool) -> Estimate:
        value = float(MEASURES[name](shares[None, :])[0])
        low, high = (float(end) for end in np.quantile(MEASURES[name](drawn), TAILS))
        estimate = Estimate(
            name=name,
            estimate=value,
            low=min(low, value),
            high=max(high, value),
            method="dirichlet",
            n=len(pairs),
            n_eff=n_eff,
            events=called,
        )
        refused = _refusal(len(pairs), called if of_frauds else None)
        return estimate.refuse(refused) if refused else estimate

    return PairAgreement(
        raw=told("raw", of_frauds=False),
        kappa=told("kappa", of_frauds=True),
        ac1=told("ac1", of_frauds=False),
        positive=told("positive", of_frauds=True),
    )


def _refusal(pairs: int, called: int | None) -> str:
    if pairs < FEWEST_PAIRS:
        return f"{count(pairs, 'pair')} so far; this needs {FEWEST_PAIRS}."
    if called is not None and called < FEWEST_CALLED:
        return f"Somebody said fraud in {count(called, 'pair')}; this needs {FEWEST_CALLED}."
    return ""


def _table(pairs: Pairs) -> tuple[Floats, float]:
    """The weighted shares (4,) of a, b, c and d, and how many equal pairs would say as much."""
    cell = 2 * (~pairs.first).astype(np.int64) + (~pairs.second).astype(np.int64)
    weight = 1.0 / pairs.share
    total = weight.sum()
    if not total:
        return np.full(4, 0.25), 0.0
    shares = np.bincount(cell, weights=weight, minlength=4) / total
    return np.asarray(shares), float(total**2 / (weight**2).sum())


def _raw(shares: Floats) -> Floats:
    both, _, _, neither = shares.T
    return np.asarray(both + neither)


def _kappa(shares: Floats) -> Floats:
    both, only_first, only_second, _ = shares.T
    first, second = both + only_first, both + only_second
    return _beyond(_raw(shares), first * second + (1 - first) * (1 - second))


def _ac1(shares: Floats) -> Floats:
    both, only_first, only_second, _ = shares.T
    called = both + (only_first + only_second) / 2
    return _beyond(_raw(shares), 2 * called * (1 - called))


def _positive(shares: Floats) -> Floats:
    both, only_first, only_second, _ = shares.T
    calls = 2 * both + only_first + only_second
    found: Floats = np.divide(2 * both, calls, out=np.zeros_like(both), where=calls > 0)
    return found


def _beyond(agreed: Floats, by_chance: Floats) -> Floats:
    """Agreement beyond chance; 0 where chance alone would make everybody agree."""
    room = 1 - by_chance
    found: Floats = np.divide(agreed - by_chance, room, out=np.zeros_like(agreed), where=room > 0)
    return found


MEASURES = {"raw": _raw, "kappa": _kappa, "ac1": _ac1, "positive": _positive}
