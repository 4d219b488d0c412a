"""What of the machine's opinion a first look shows, where a policy lets the lot hide some."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Arm(StrEnum):
    """What the holder of a task sees before the verdict."""

    FULL = "full"
    EXPLANATION_HIDDEN = "explanation_hidden"
    FACTS_FIRST = "facts_first"


@dataclass(frozen=True, slots=True)
class Presentation:
    """An arm and the probability with which it was drawn; None where nothing was drawn."""

    arm: Arm
    share: float | None = None

    @property
    def blind(self) -> bool:
        """Whether score and outcome wait until the verdict."""
        return self.arm is Arm.FACTS_FIRST


SHOWN = Presentation(Arm.FULL)


def arm_shares(*, explanation_hidden: float, score_hidden: float) -> Mapping[Arm, float]:
    """The probability of each arm under a policy; they sum to 1."""
    return {
        Arm.FACTS_FIRST: score_hidden,
        Arm.EXPLANATION_HIDDEN: explanation_hidden,
        Arm.FULL: 1 - explanation_hidden - score_hidden,
    }


def drawn_presentation(
    draw: float, *, explanation_hidden: float, score_hidden: float
) -> Presentation:
    """The arm that a uniform draw in [0, 1) falls into; nothing is drawn where no arm is on."""
    if not explanation_hidden and not score_hidden:
        return SHOWN
    shares = arm_shares(explanation_hidden=explanation_hidden, score_hidden=score_hidden)
    if draw < score_hidden:
        arm = Arm.FACTS_FIRST
    elif draw < score_hidden + explanation_hidden:
        arm = Arm.EXPLANATION_HIDDEN
    else:
        arm = Arm.FULL
    return Presentation(arm, shares[arm])
