"""How many calls are too many: budgets that start anew with each minute of the clock."""

import math
from dataclasses import dataclass
from datetime import datetime

WINDOW_SECONDS = 60
# A process takes this share of a budget at a time, so that few calls cross the network.
SLICES = 100
# A limit below the longest list could never be met by one.
LEAST_TRANSACTIONS = 1_000
MOST_PER_MINUTE = 1_000_000_000


def window_of(now: datetime) -> int:
    """Return the number of the minute in which `now` lies."""
    return int(now.timestamp() // WINDOW_SECONDS)


def seconds_left(now: datetime) -> int:
    """Return after how many whole seconds the next minute begins, 1 to 60.

    >>> from datetime import UTC
    >>> seconds_left(datetime(2026, 11, 19, 12, 0, 59, 500_000, tzinfo=UTC))
    1
    """
    return max(1, math.ceil(WINDOW_SECONDS - now.timestamp() % WINDOW_SECONDS))


@dataclass(slots=True)
class Lease:
    """What one process took of a budget and has not spent; `exhausted`: there is no more."""

    left: int = 0
    exhausted: bool = False

    def draw(self, cost: int) -> int:
        """Take up to `cost` and return how much is missing."""
        drawn = min(self.left, cost)
        self.left -= drawn
        return cost - drawn

    def settle(self, *, cost: int, missing: int, wanted: int, granted: int) -> bool:
        """Book what was granted of what was wanted; return whether the cost is covered.

        Where it is not, all that was drawn is given back, for smaller calls.
        """
        self.exhausted = self.exhausted or granted < wanted
        if granted >= missing:
            self.left += granted - missing
            return True
        self.left += granted + cost - missing
        return False


def wanted_of(missing: int, *, limit: int) -> int:
    """Return how much to take of the shared budget where so much is missing now."""
    return max(missing, limit // SLICES)


def granted_of(wanted: int, *, limit: int, taken: int) -> int:
    """Return how much of `wanted` is within the limit, `taken` being all that was taken with it.

    >>> granted_of(10, limit=100, taken=95), granted_of(10, limit=100, taken=104)
    (10, 6)
    """
    return max(0, min(wanted, limit - (taken - wanted)))
