"""How long after a payment a source tells of it, from payments that are old enough only.

Labels of young payments are right-truncated: the late ones have not come, so whoever counts them
finds every source fast. Here a payment counts only if it is at least as old as the horizon, and
only labels within the horizon count, so every one of them had the time to arrive.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from scoring.domain.intervals import wilson_interval

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

# In days. Schemes allow 120; a younger company is measured by what it can know.
HORIZONS = (120, 90, 60, 30, 14)
FEWEST_LABELS = 30
# And so many cards of equal weight behind them.
FEWEST_EFFECTIVE = 10
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
    once, so both rest on n² ÷ Σm² labels instead of n, where m is the number of labels of a card:
    Kish's effective number if the labels of a card come together.
    """
    for horizon in HORIZONS:
        inside = (ages >= horizon) & (delays <= horizon)
        effective = _effective(cards[inside])
        if inside.sum() >= FEWEST_LABELS and effective >= FEWEST_EFFECTIVE:
            told = np.sort(delays[inside])
            return LabelLatency(
                labels=len(told),
                effective=effective,
                horizon=horizon,
                median=_quantile(told, 0.5, int(effective)),
                ninety=_quantile(told, 0.9, int(effective)),
                curve=tuple(
                    _known_by(told, days, effective) for days in CURVE_DAYS if days <= horizon
                ),
            )
    inside = (ages >= HORIZONS[-1]) & (delays <= HORIZONS[-1])
    return _refused(int(inside.sum()), _effective(cards[inside]))


def from_dict(stored: Mapping[str, Any]) -> LabelLatency:
    """The latency that `as_dict` wrote."""
    delays = {
        name: Delay(**stored[name]) if stored[name] else None for name in ("median", "ninety")
    }
    curve = tuple(KnownBy(**point) for point in stored["curve"])
    return LabelLatency(**{**stored, **delays, "curve": curve})


def _effective(cards: Codes) -> float:
    sizes = np.unique(cards, return_counts=True)[1].astype(np.float64)
    return float(sizes.sum() ** 2 / (sizes**2).sum()) if len(sizes) else 0.0


def _refused(labels: int, effective: float) -> LabelLatency:
    old = f"of payments that are {HORIZONS[-1]} days old or older."
    if labels < FEWEST_LABELS:
        sentence = f"{labels} of {FEWEST_LABELS} labels {old}"
    else:
        sentence = f"{labels} labels, but of too few cards, {old}"
    return LabelLatency(labels=labels, effective=effective, refused=sentence)


def _known_by(told: Floats, days: float, effective: float) -> KnownBy:
    share = float(np.searchsorted(told, days, side="right")) / len(told)
    low, high = wilson_interval(share * effective, effective)
    return KnownBy(days, share, low, high)


def _quantile(told: Floats, share: float, effective: int) -> Delay:
    """The ranks of `effective` labels, each of which stands for as many of those told."""
    count = len(told)
    first = max(int(binom.ppf(ALPHA / 2, effective, share)), 1)
    last = int(binom.ppf(1 - ALPHA / 2, effective, share)) + 1
    return Delay(
        days=float(told[ceil(share * count) - 1]),
        low=float(told[-(-first * count // effective) - 1]),
        high=float(told[-(-last * count // effective) - 1]) if last <= effective else None,
    )
