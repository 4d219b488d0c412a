"""How late the frauds of a day become known, and which days are old enough to trust.

A young day looks more honest than it was: its payments have labels, but half of its frauds are
still to be complained about. Its share of labels tells nothing about that; how late the frauds of
old days became known does.
"""

from datetime import datetime

import numpy as np

from monitoring.domain.dataset.payments import (
    Booleans,
    Codes,
    Dataset,
    Floats,
    on_labelled_days,
    utc_moment,
)
from monitoring.domain.delays import DelayCurve, longest_curve

# Of the frauds to be expected, so many are known: a model may be tested on such a day. To learn,
# 0.8 would do, but what teaches is older than what tests, so one bound serves both.
EVALUATION_ARRIVED = 0.95
DAY = np.timedelta64(1, "D")
SECONDS_A_DAY = 86_400


def arrivals_of(dataset: Dataset, *, as_of: datetime) -> DelayCurve | None:
    """How late the frauds of a dataset became known; None where too few could say it."""
    known = (dataset.labels == 1) & ~np.isnat(dataset.known_at)
    delays = (dataset.known_at[known] - dataset.occurred_at[known]) / DAY
    ages = (utc_moment(as_of) - dataset.occurred_at[known]) / DAY
    curve = longest_curve(delays, ages, dataset.cards[known])
    return curve if curve.tells else None


def arrived_shares(days: Codes, arrivals: DelayCurve, *, as_of: datetime) -> Floats:
    """The share (n,) of the frauds to be expected that is known of each day (n,) since 1970."""
    # Counted from the end of the day: its youngest payment decides.
    ages = as_of.timestamp() / SECONDS_A_DAY - (days + 1)
    return arrivals.share_in(np.asarray(ages, dtype=np.float64))


def on_mature_days(
    dataset: Dataset, arrivals: DelayCurve | None, *, as_of: datetime, arrived: float
) -> Booleans:
    """Which payments (n,) lie on days whose labels are in, and `arrived` of their frauds.

    Where nobody knows how late frauds become known, labels alone decide.
    """
    labelled = on_labelled_days(dataset)
    if arrivals is None:
        return labelled
    mask: Booleans = labelled & (arrived_shares(dataset.days, arrivals, as_of=as_of) >= arrived)
    return mask
