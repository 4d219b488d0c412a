"""How late something becomes known, told by what is old enough to have it all."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

# Days that are waited for at most: the longest wait that leaves enough to count. What comes later
# than the longest is not counted; the schemes allow about 120 days.
HORIZONS = (120, 90, 60, 30)
FEWEST_DELAYS = 30
# And so many cards of equal weight behind them.
FEWEST_EFFECTIVE = 10


@dataclass(frozen=True, eq=False)
class DelayCurve:
    """Delays in days, shape (n,), sorted, of payments at least `horizon` days old.

    Younger payments must not be in it: of theirs only the fast ones have come, so everything would
    look fast. What came after the horizon is left out. A victim complains about all payments at
    once, so the delays say as much as `effective` ones of different cards.
    """

    days: Floats
    effective: float
    horizon: int = HORIZONS[-1]

    @property
    def tells(self) -> bool:
        """Whether there are enough delays, of enough cards, to speak of a share."""
        return len(self.days) >= FEWEST_DELAYS and self.effective >= FEWEST_EFFECTIVE

    def share_in(self, ages: Sequence[float] | Floats) -> Floats:
        """Share of what is to be expected that is in after so many days each, shape (ages,).

        From the horizon on it is 1.
        """
        known: Floats = np.searchsorted(self.days, ages, side="right") / max(len(self.days), 1)
        return known


def longest_curve(
    delays: Floats, ages: Floats, cards: Codes, *, horizons: Sequence[int] = HORIZONS
) -> DelayCurve:
    """The curve over the longest horizon that tells, else one over the shortest, which is mute.

    `delays` (n,) are days until it became known, `ages` (n,) days since the payment, `cards` (n,)
    codes of the card, else the customer.
    """
    for horizon in horizons:
        inside = (ages >= horizon) & (delays <= horizon)
        curve = DelayCurve(np.sort(delays[inside]), effective_cards(cards[inside]), horizon)
        if curve.tells:
            break
    return curve


def effective_cards(cards: Codes) -> float:
    """How many labels of different cards (n,) say as much: n² ÷ Σm², with m labels of a card.

    Kish's effective number where the labels of a card come together.
    """
    sizes = np.unique(cards, return_counts=True)[1].astype(np.float64)
    return float(sizes.sum() ** 2 / (sizes**2).sum()) if len(sizes) else 0.0
