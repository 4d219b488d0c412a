"""What complaints will have come to, told from those that came so far."""

from dataclasses import replace

import numpy as np

from monitoring.domain.delays import FEWEST_DELAYS, DelayCurve
from monitoring.domain.estimation import intervals
from monitoring.domain.estimation.estimate import Estimate
from monitoring.domain.estimation.intervals import WeightedCount
from monitoring.domain.estimation.sample import Floats, Ints
from monitoring.domain.estimation.variance import cluster_sums

# A younger window says more about the delays than about the frauds.
LEAST_SHARE = 0.3


def nowcast(
    name: str, values: Floats, cluster: Ints, *, share_matured: float | None, curve: DelayCurve
) -> Estimate:
    """What the claimed frauds of a window will come to: observed / F, or a refusal.

    `values` are the claims so far, shape (claims,): ones to count them, amounts to add them up;
    those of one `cluster`, same shape, came together.
    `share_matured` is F, the share of the complaints of this window that should be in. Frauds are
    taken to be as frequent among its young payments as among its old ones. The claims that came
    are certain; the interval is about those to come, with the doubt about F.
    """
    observed, claims = float(values.sum()), len(values)
    evidence = Estimate(
        name=name,
        estimate=None,
        low=observed if claims else None,  # these have come already
        high=None,
        method="none",
        n=claims,
        n_eff=None,
        events=claims,
        share_matured=share_matured,
    )
    lack = _lack(claims, share_matured, curve)
    if lack or not share_matured:
        return evidence.refuse(lack or "")
    together = cluster_sums(cluster, values)
    to_come = _to_come(together, share_matured, curve.effective)
    low, high = intervals.gamma(to_come)
    return replace(
        evidence,
        estimate=observed + to_come.total,
        low=observed + low,
        high=observed + high,
        method="gamma" if to_come.square else "count",
        n_eff=observed**2 / float(together @ together) if together.any() else None,
    )


def _to_come(values: Floats, share: float, complaints: float) -> WeightedCount:
    """The claims that are not in yet; each came in time with probability `share`."""
    missing = (1 - share) / share
    doubt = (float(values.sum()) / share) ** 2 * missing / complaints
    return WeightedCount(
        total=float(values.sum()) * missing,
        square=float(values @ values) * missing / share + doubt,
        largest=float(np.sqrt(np.mean(values**2) * missing / share)),
        labels=len(values),
    )


def _lack(claims: int, share_matured: float | None, curve: DelayCurve) -> str | None:
    if share_matured is None or not curve.tells:
        told = f"not enough evidence: {len(curve.days):,} matured complaints"
        if len(curve.days) < FEWEST_DELAYS:
            return f"{told} tell how late they come, {FEWEST_DELAYS} are needed"
        return f"{told}, but of too few cards, tell how late they come"
    if share_matured < LEAST_SHARE:
        return (
            f"too early: {100 * share_matured:.0f} % of the complaints to come are in,"
            f" {100 * LEAST_SHARE:.0f} % are needed"
        )
    return None if claims else "not enough evidence: nothing was claimed so far"
