"""How late something becomes known, told by what is old enough to have it all."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Days that are waited for at most: the longest wait that leaves enough to count. What comes later
# than the longest is not counted; the schemes allow about 120 days.
HORIZONS = (120, 90, 60, 30)
FEWEST_DELAYS = 30


@dataclass(frozen=True, eq=False)
class DelayCurve:
    """Delays in days, shape (n,), sorted, of payments at least `horizon` days old.

    Younger payments must not be in it: of theirs only the fast ones have come, so everything would
    look fast. What came after the horizon is left out.
    """

    days: Floats
    horizon: int = HORIZONS[-1]

    @property
    def tells(self) -> bool:
        """Whether there are enough delays to speak of a share."""
        return len(self.days) >= FEWEST_DELAYS

    def share_in(self, ages: Sequence[float] | Floats) -> Floats:
        """Share of what is to be expected that is in after so many days each, shape (ages,).

        From the horizon on it is 1.
        """
        known: Floats = np.searchsorted(self.days, ages, side="right") / max(len(self.days), 1)
        return known


def longest_curve(delays: Floats, ages: Floats) -> DelayCurve:
    """The curve over the longest horizon with 30 delays, else one of the shortest, which is mute.

    `delays` (n,) are days until it became known, `ages` (n,) days since the payment.
    """
    for horizon in HORIZONS:
        curve = DelayCurve(np.sort(delays[(ages >= horizon) & (delays <= horizon)]), horizon)
        if curve.tells:
            break
    return curve
