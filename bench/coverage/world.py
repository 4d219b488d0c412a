"""A made-up stream of payments whose frauds, flags and claims follow known rates.

Frauds come in attacks on one entity; most payments of an attack share their fate. Honest flagged
customers come back too. Approvals and blocks are audited by independent coins, more often where
frauds are likely; all reviews are judged. Labels are confirmed, so they are true.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from monitoring.domain.estimation import APPROVED, BLOCKED, REVIEWED

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

PAYMENTS = 200_000
SIDE = np.array([APPROVED, APPROVED, APPROVED, APPROVED, REVIEWED, BLOCKED])
STRATA = len(SIDE)
HELD, STOPPED = 4, 5
# How frauds and approved payments spread over the strata; a fraud is flagged with 0.55.
FRAUDS = np.array([0.12, 0.10, 0.12, 0.11, 0.25, 0.30])
APPROVALS = np.array([0.91, 0.06, 0.02, 0.01])
PRECISION = np.array([0.15, 0.60])  # of reviews, of blocks
ATTACK_SIZES, ATTACK_SHARES = np.array([1, 2, 3, 6]), np.array([0.65, 0.20, 0.10, 0.05])
HONEST_SIZES, HONEST_SHARES = np.array([1, 2, 3]), np.array([0.80, 0.15, 0.05])
SAME_FATE = 0.7
# Honest reviewed payments that are declined in the end: nobody came to them in time.
TIMED_OUT = 0.1
CLAIMED = 0.7
TO_BLOCKS, UNIFORM = 0.1, 0.2  # shares of the audits
# The design believes in stratum rates that are wrong by these factors.
MISJUDGED = np.array([2.0, 0.5, 1.5, 0.7])


class Claims(StrEnum):
    """What is known of missed frauds besides audits.

    NONE: no claim has come yet. CENSUS: seven in ten were claimed, audits change nothing.
    RETURNED: the same, but audits give the money back before anybody could claim.
    """

    NONE = "none"
    CENSUS = "census"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class World:
    """One configuration: how many payments are fraud, how many are audited, what is claimed."""

    prevalence: float
    audits: int
    claims: Claims

    @property
    def frauds(self) -> Floats:
        """Expected frauds by stratum, shape (6,)."""
        expected: Floats = PAYMENTS * self.prevalence * FRAUDS
        return expected

    @property
    def honest(self) -> Floats:
        """Expected honest payments by stratum, shape (6,)."""
        flagged = self.frauds[HELD:] * (1 - PRECISION) / PRECISION
        approved = PAYMENTS - self.frauds.sum() - flagged.sum()
        return np.concatenate([approved * APPROVALS, flagged])

    @property
    def propensity(self) -> Floats:
        """Probability of a look by stratum, shape (6,); every approval has some."""
        size = (self.frauds + self.honest)[:HELD]
        believed = self.frauds[:HELD] / size * MISJUDGED
        wish = size * np.sqrt(believed)
        audits = self.audits * (1 - TO_BLOCKS)
        share = (1 - UNIFORM) * wish / wish.sum() + UNIFORM * size / size.sum()
        blocks = self.audits * TO_BLOCKS / (self.frauds + self.honest)[STOPPED]
        wanted = np.concatenate([audits * share / size, [1.0, blocks]])
        capped: Floats = np.minimum(1.0, wanted)
        return capped

    @property
    def truth(self) -> dict[str, float]:
        """The rates that the process has in the long run."""
        frauds, honest = self.frauds, self.honest
        declined = TIMED_OUT * honest[HELD] + honest[STOPPED]
        return {
            "fpr": declined / honest.sum(),
            "precision": frauds[HELD:].sum() / (frauds + honest)[HELD:].sum(),
            "recall": FRAUDS[HELD:].sum(),
        }

    @property
    def expected_events(self) -> dict[str, float]:
        """Labels that carry each rate, on average."""
        found = self.frauds * self.propensity
        missed = self.frauds[:HELD].sum()
        claimed = CLAIMED * missed if self.claims is Claims.CENSUS else 0.0
        audited = found[:HELD].sum() * (1 - claimed / missed)
        caught = found[HELD:].sum()
        declined = self.honest * self.propensity * np.array([0, 0, 0, 0, TIMED_OUT, 1])
        return {
            "fpr": declined.sum(),
            "precision": caught,
            "recall": audited + claimed,
        }


@dataclass(frozen=True, slots=True)
class Payments:
    """All payments of one window that may matter; arrays of shape (n,).

    `drawn` were looked at. Honest approvals that nobody looked at are in `rest`, counted by
    stratum, shape (6,).
    """

    fraud: Bools
    stratum: Ints
    cluster: Ints
    drawn: Bools
    claimed: Bools
    declined: Bools
    rest: Ints


def draw_window(world: World, rng: np.random.Generator) -> Payments:
    """One window of this world."""
    fraud_stratum, attack = _attacks(world, rng)
    honest_stratum, customer = _honest_flagged(world, rng)
    approved = rng.poisson(world.honest[:HELD])
    looked_at = rng.binomial(approved, world.propensity[:HELD])
    audited_stratum = np.repeat(np.arange(HELD), looked_at)
    stratum = np.concatenate([fraud_stratum, honest_stratum, audited_stratum])
    first = int(attack.max(initial=-1)) + 1
    second = first + int(customer.max(initial=-1)) + 1
    cluster = np.concatenate([attack, first + customer, second + np.arange(len(audited_stratum))])
    fraud = np.arange(len(stratum)) < len(fraud_stratum)
    coin = rng.random(len(stratum)) < world.propensity[stratum]
    coin[len(fraud_stratum) + len(honest_stratum) :] = True
    claimed = fraud & (stratum < HELD) & (rng.random(len(stratum)) < CLAIMED)
    timed_out = ~fraud & (stratum == HELD) & (rng.random(len(stratum)) < TIMED_OUT)
    return Payments(
        fraud=fraud,
        stratum=stratum,
        cluster=cluster,
        drawn=coin,
        claimed=claimed,
        declined=timed_out | (stratum == STOPPED),
        rest=np.concatenate([approved - looked_at, [0, 0]]),
    )


def _attacks(world: World, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Stratum and attack of each fraud, shapes (frauds,)."""
    mean = float(ATTACK_SIZES @ ATTACK_SHARES)
    sizes = rng.choice(
        ATTACK_SIZES, rng.poisson(PAYMENTS * world.prevalence / mean), p=ATTACK_SHARES
    )
    attack = np.repeat(np.arange(len(sizes)), sizes)
    shared = rng.choice(STRATA, len(sizes), p=FRAUDS)[attack]
    own = rng.choice(STRATA, len(attack), p=FRAUDS)
    return np.where(rng.random(len(attack)) < SAME_FATE, shared, own), attack


def _honest_flagged(world: World, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Stratum and customer of each honest flagged payment, shapes (payments,)."""
    mean = float(HONEST_SIZES @ HONEST_SHARES)
    customers = rng.poisson(world.honest[HELD:] / mean)
    home = np.repeat([HELD, STOPPED], customers)
    sizes = rng.choice(HONEST_SIZES, len(home), p=HONEST_SHARES)
    customer = np.repeat(np.arange(len(home)), sizes)
    return home[customer], customer
