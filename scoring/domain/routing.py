"""From probabilities to outcomes, strata and audit probabilities."""

from bisect import bisect_right
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from scoring.domain.policy import NEAR_SHARE, Policy

SCORE_EDGES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.5, 0.7, 0.9)
AMOUNT_EDGES = (Decimal(20), Decimal(100), Decimal(500), Decimal(2000))


def outcomes(probabilities: NDArray[np.float64], policy: Policy) -> list[str]:
    """Return approve, review or block for each probability; shape (n,)."""
    review = np.inf if policy.review_threshold is None else policy.review_threshold
    block = np.inf if policy.block_threshold is None else policy.block_threshold
    names = np.where(
        probabilities >= block, "block", np.where(probabilities >= review, "review", "approve")
    )
    return [str(name) for name in names]


def fallback_outcome(policy: Policy, *, reviews_today: int) -> tuple[str, bool]:
    """Return the outcome without a usable model, and whether it is within the capacity."""
    if policy.fallback_outcome != "review":
        return policy.fallback_outcome, True
    if reviews_today < policy.review_capacity:
        return "review", True
    return policy.over_capacity_outcome, False


def stratum(outcome: str, probability: float | None, amount: Decimal) -> str:
    """Return the sampling stratum: outcome, score band and amount band, such as "approve:s2:a1".

    Bands are the same under every policy, so that strata can be pooled over policies.
    """
    score = "none" if probability is None else f"s{bisect_right(SCORE_EDGES, probability)}"
    return f"{outcome}:{score}:a{bisect_right(AMOUNT_EDGES, amount)}"


def stratum_bands(name: str) -> tuple[tuple[float, float] | None, tuple[Decimal, Decimal | None]]:
    """Return the score band and the amount band of a stratum.

    The score band is None where no model scored; the last amount band has no upper edge.
    """
    _, score, amount = name.split(":")
    place = int(amount[1:])
    amounts = (Decimal(0), *AMOUNT_EDGES, None)
    low, high = amounts[place] or Decimal(0), amounts[place + 1]
    if score == "none":
        return None, (low, high)
    scores = (0.0, *SCORE_EDGES, 1.0)
    band = int(score[1:])
    return (scores[band], scores[band + 1]), (low, high)


def audit_propensity(
    outcome: str, probability: float | None, policy: Policy, *, planned: float | None = None
) -> float:
    """Return the probability of a blind look; reviews are looked at anyway: 0.

    `planned` is that of the stratum in the policy's plan; without one its rates hold.
    """
    if outcome == "review":
        return 0.0
    if planned is not None:
        return planned
    if outcome == "block":
        return policy.audit_rates.block
    if probability is not None and policy.review_threshold is not None:
        near = probability >= policy.review_threshold * NEAR_SHARE
        return policy.audit_rates.approve_near if near else policy.audit_rates.approve
    return policy.audit_rates.approve
