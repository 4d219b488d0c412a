"""Whose verdicts get a second, independent look, and what that look settles.

A random lot falls on a small share of everybody's verdicts, and only what it draws says in public
how far people agree. New reviewers are checked besides: everything at first, then three in ten. A
case counts once in these lots, however many payments its verdict covered: one attack is one
judgement. Frauds found where hardly any are have to be confirmed, see `confirmation`. Labels that
a model doubts are looked at again because they were chosen, without any lot.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

# Up to this many decided cases, this share of them is checked besides the random lot.
STEPS: Sequence[tuple[int, float]] = ((50, 1.0), (200, 0.3))
# Below, figures of agreement would say more about luck than about a person.
FEWEST_PAIRS = 10
PURPOSE = "second review"
WHICH = "second review, which payment"

FRAUD = "fraud"
LEGITIMATE = "legitimate"
TELLING = (FRAUD, LEGITIMATE)


class Reason(StrEnum):
    """Why verdicts are checked. Each reason has its own lot, but for the last, which chooses."""

    RANDOM = "random"
    NEWCOMER = "newcomer"
    CONFIRMATION = "confirmation"
    LABEL_ERROR = "label_error"


# What stands for a reviewer's other verdicts too; confirmations and doubts were selected.
BY_LOT = (Reason.RANDOM, Reason.NEWCOMER)


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
    (1.0, 0.3, 0.0)
    """
    return next((share for limit, share in STEPS if decided_cases < limit), 0.0)


def either_share(one: float, other: float) -> float:
    """The share that at least one of two independent lots falls on.

    >>> either_share(0.0, 0.05), either_share(1.0, 0.05)
    (0.05, 1.0)
    """
    return one + other - one * other


def standing_in(draws: Mapping[int, float]) -> int:
    """The payment that stands for all that one verdict covered: the one with the lowest draw.

    Each of n payments is as likely as the others, so the probability that a given one is checked
    is the share of checked verdicts over n.
    """
    return min(draws, key=lambda payment: (draws[payment], payment))


def needs_third(first: str, second: str, *, confirming: bool = False) -> bool:
    """Whether a third person must settle it.

    Who cannot tell contradicts nobody, but does not confirm a fraud that needs it either.
    """
    if confirming and first == FRAUD:
        return second != FRAUD
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
