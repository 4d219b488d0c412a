"""How long after a payment a source tells of it, from payments that are old enough only.

Labels of young payments are right-truncated: the late ones have not come, so whoever counts them
finds every source fast. Here a payment counts only if it is at least as old as the horizon, and
only labels within the horizon count, so every one of them had the time to arrive.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import ceil
from typing import Any

from monitoring.domain.delays import FEWEST_DELAYS, Codes, DelayCurve, Floats, longest_curve
from scoring.domain.intervals import wilson_interval

# In days. Schemes allow 120; a younger company is measured by what it can know.
HORIZONS = (120, 90, 60, 30, 14)
CURVE_DAYS = (0.25, 0.5, 1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 75, 90, 105, 120)
ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Delay:
    """A quantile of the delay in days with its 95 % interval; `high` is None beyond the horizon."""

    days: float
    low: float
    high: float | None


@dataclass(frozen=True, slots=True)
class KnownBy:
    """Which share of the labels of the horizon is known after `days`, with its interval."""

    days: float
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LabelLatency:
    """The delays of one source.

    labels: payments within the horizon that it told of; of all old enough where it is refused.
    effective: how many labels of different cards would say as much.
    horizon: in days; None exactly where `refused` is a sentence. curve: ascending in days.
    """

    labels: int
    effective: float = 0.0
    horizon: int | None = None
    median: Delay | None = None
    ninety: Delay | None = None
    curve: tuple[KnownBy, ...] = ()
    refused: str = ""

    def known_by(self, days: float) -> KnownBy | None:
        """The share after so many days, if the curve reaches so far and has such a point."""
        return next((point for point in self.curve if point.days == days), None)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def label_latency(delays: Floats, ages: Floats, cards: Codes) -> LabelLatency:
    """The latency of one source.

    `delays` (n,) are days from a payment to its first label by that source, `ages` (n,) days from
    the payment until now, both ≥ 0; `cards` (n,) are codes of the card, else the customer. The
    longest horizon with 30 labels of payments at least as old is taken. Shares have Wilson's
    interval, quantiles that of the order statistics (Conover, Practical Nonparametric Statistics,
    1999, 3.2), which asks nothing of the distribution. A victim complains about all payments at
    once, so both rest on the effective number of labels instead of n.
    """
    found = longest_curve(delays, ages, cards, horizons=HORIZONS)
    if not found.tells:
        return _refused(len(found.days), found.effective)
    return LabelLatency(
        labels=len(found.days),
        effective=found.effective,
        horizon=found.horizon,
        median=_quantile(found.days, 0.5, int(found.effective)),
        ninety=_quantile(found.days, 0.9, int(found.effective)),
        curve=tuple(_known_by(found, days) for days in CURVE_DAYS if days <= found.horizon),
    )


def from_dict(stored: Mapping[str, Any]) -> LabelLatency:
    """The latency that `as_dict` wrote."""
    delays = {
        name: Delay(**stored[name]) if stored[name] else None for name in ("median", "ninety")
    }
    curve = tuple(KnownBy(**point) for point in stored["curve"])
    return LabelLatency(**{**stored, **delays, "curve": curve})


def _refused(labels: int, effective: float) -> LabelLatency:
    old = f"of payments that are {HORIZONS[-1]} days old or older."
    if labels < FEWEST_DELAYS:
        sentence = f"{labels} of {FEWEST_DELAYS} labels {old}"
    else:
        sentence = f"{labels} labels, but of too few cards, {old}"
    return LabelLatency(labels=labels, effective=effective, refused=sentence)


def _known_by(curve: DelayCurve, days: float) -> KnownBy:
    share = float(curve.share_in([days])[0])
    low, high = wilson_interval(share * curve.effective, curve.effective)
    return KnownBy(days, share, low, high)


def _quantile(told: Floats, share: float, effective: int) -> Delay:
    """The ranks of `effective` labels, each of which stands for as many of those told."""
    from scipy.stats import binom

    count = len(told)
    first = max(int(binom.ppf(ALPHA / 2, effective, share)), 1)
    last = int(binom.ppf(1 - ALPHA / 2, effective, share)) + 1
    return Delay(
        days=float(told[ceil(share * count) - 1]),
        low=float(told[-(-first * count // effective) - 1]),
        high=float(told[-(-last * count // effective) - 1]) if last <= effective else None,
    )
