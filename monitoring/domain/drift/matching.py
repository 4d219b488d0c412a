"""A reference with the same mix of hours of the week as the current payments."""

import numpy as np
from numpy.typing import NDArray

from monitoring.domain.drift.bins import Floats, Ints

Times = NDArray[np.datetime64]
HOURS = 168
# 1970-01-01 was a Thursday: three days after the Monday at which a week begins here.
THURSDAY = 3 * 24


def hour_of_week(times: Times) -> Ints:
    """Hours since Monday 00:00 UTC, in [0, 168), shape (n,)."""
    hours = times.astype("datetime64[h]").astype(np.int64)
    return (hours + THURSDAY) % HOURS


def matching_weights(reference: Times, current: Times) -> tuple[Floats, float]:
    """Weights of the reference, shape (n,), and the share of the current that has a match.

    A night is not compared with a day: each hour of the week weighs in the reference what it
    weighs in the current payments. Hours that the reference never saw cannot be matched.
    """
    before, now = hour_of_week(reference), hour_of_week(current)
    counts_before = np.bincount(before, minlength=HOURS).astype(np.float64)
    counts_now = np.bincount(now, minlength=HOURS).astype(np.float64)
    per_hour = np.divide(counts_now, counts_before, out=np.zeros(HOURS), where=counts_before > 0)
    matched = float(counts_now[counts_before > 0].sum() / max(len(current), 1))
    weight: Floats = per_hour[before]
    return weight, matched
