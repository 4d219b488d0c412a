"""Whose verdicts get a second, independent look, and what that look settles.

New reviewers are checked often, then ever less: everything at first, then three in ten, then one
in twenty for good. A case counts once, however many payments its verdict covered: one attack is
one judgement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

# Up to this many decided cases, this share of them is checked.
STEPS: Sequence[tuple[int, float]] = ((50, 1.0), (200, 0.3))
LASTING_SHARE = 0.05
# Below, figures of agreement would say more about luck than about a person.
FEWEST_PAIRS = 10
PURPOSE = "second review"
WHICH = "second review, which payment"

FRAUD = "fraud"
LEGITIMATE = "legitimate"
TELLING = (FRAUD, LEGITIMATE)


class Reason(StrEnum):
    """Why verdicts are drawn for a check. Each reason draws its own lot."""

    NEWCOMER = "newcomer"


@dataclass(frozen=True, slots=True)
class Lot:
    """A drawn number in [0, 1) against the probability of being checked."""

    probability: float
    drawn: float

    @property
    def selected(self) -> bool:
        """Whether the lot fell on it."""
        return self.drawn < self.probability


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two looks at the same payments compare: both fraud, one of them, both legitimate."""

    both_fraud: int = 0
    only_first: int = 0
    only_second: int = 0
    both_legitimate: int = 0

    @property
    def pairs(self) -> int:
        """Payments that both called fraud or legitimate."""
        return self.both_fraud + self.only_first + self.only_second + self.both_legitimate

    @property
    def agreeing(self) -> int:
        """Payments that both called the same."""
        return self.both_fraud + self.both_legitimate

    @property
    def called_fraud(self) -> int:
        """Payments that at least one of the two called fraud."""
        return self.both_fraud + self.only_first + self.only_second


def newcomer_share(decided_cases: int) -> float:
    """The share of verdicts to check of somebody who has decided so many cases before.

    >>> newcomer_share(0), newcomer_share(50), newcomer_share(200)
    (1.0, 0.3, 0.05)
    """
    return next((share for limit, share in STEPS if decided_cases < limit), LASTING_SHARE)


def standing_in(draws: Mapping[int, float]) -> int:
    """The payment that stands for all that one verdict covered: the one with the lowest draw.

    Each of n payments is as likely as the others, so the probability that a given one is checked
    is the share of checked verdicts over n.
    """
    return min(draws, key=lambda payment: (draws[payment], payment))


def disagrees(first: str, second: str) -> bool:
    """Whether a third person must settle it; who cannot tell contradicts nobody."""
    return first in TELLING and second in TELLING and first != second


def count_pairs(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """Count (first, second) verdict values; pairs in which somebody could not tell are left out."""
    told = [pair for pair in pairs if pair[0] in TELLING and pair[1] in TELLING]
    return Agreement(
        both_fraud=told.count((FRAUD, FRAUD)),
        only_first=told.count((FRAUD, LEGITIMATE)),
        only_second=told.count((LEGITIMATE, FRAUD)),
        both_legitimate=told.count((LEGITIMATE, LEGITIMATE)),
    )
