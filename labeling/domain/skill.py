"""What the truth says of one reviewer: how many frauds and how many honest payments they know.

Sensitivity is the share of frauds called fraud, specificity that of honest payments called
legitimate. Before any case they follow Jeffreys' Beta(1/2, 1/2), whose intervals hold the truth
about as often as they say; r right of n then make it a Beta(1/2 + r, 1/2 + n - r), whose mean and
middle 95 % are shown. Who cannot tell is neither right nor wrong.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from scipy.special import betainc, betaincinv

from labeling.domain.second_review import FRAUD, LEGITIMATE, TELLING

PRIOR = 0.5
TAILS = (0.025, 0.975)
# A lead is told who quite surely misses more than this leaves, from so many frauds on.
TARGET_SENSITIVITY = 0.8
FEWEST_FRAUDS = 20
SURE = 0.95


class SkillSource(StrEnum):
    """Where the truth comes from; kept apart, because each can exist for some payments only."""

    CHECKS = "checks"
    OUTCOMES = "outcomes"
    PRACTICE = "practice"


TITLES = {
    SkillSource.CHECKS: "Second looks by lot",
    SkillSource.OUTCOMES: "Chargebacks and customers",
    SkillSource.PRACTICE: "Practice",
}
# What was not chosen by how the payment ended: only these may speak against a person.
FAIR = (SkillSource.CHECKS, SkillSource.PRACTICE)


@dataclass(frozen=True, slots=True)
class Known:
    """Right answers among cases of one truth, with the posterior mean and 95 % interval."""

    right: int
    of: int

    @property
    def mean(self) -> float:
        """The posterior mean, in (0, 1)."""
        return (PRIOR + self.right) / (2 * PRIOR + self.of)

    @property
    def variance(self) -> float:
        """The variance of the posterior."""
        return self.mean * (1 - self.mean) / (2 * PRIOR + self.of + 1)

    @property
    def low(self) -> float:
        """Where the middle 95 % begin."""
        return float(betaincinv(PRIOR + self.right, PRIOR + self.of - self.right, TAILS[0]))

    @property
    def high(self) -> float:
        """Where the middle 95 % end."""
        return float(betaincinv(PRIOR + self.right, PRIOR + self.of - self.right, TAILS[1]))

    def below(self, target: float) -> float:
        """The probability that the share lies below `target`."""
        return float(betainc(PRIOR + self.right, PRIOR + self.of - self.right, target))


@dataclass(frozen=True, slots=True)
class Skill:
    """Frauds and honest payments that a reviewer judged, and how many of each they knew."""

    frauds: Known
    honest: Known

    def __add__(self, other: "Skill") -> "Skill":
        return Skill(_sum(self.frauds, other.frauds), _sum(self.honest, other.honest))

    @property
    def cases(self) -> int:
        """How many cases stand behind it."""
        return self.frauds.of + self.honest.of


NOTHING = Skill(Known(0, 0), Known(0, 0))


def skill_of(answers: Iterable[tuple[str, str]]) -> Skill:
    """Count (said, truth) pairs; those in which either is no plain fraud or legitimate drop out."""
    told = [pair for pair in answers if pair[0] in TELLING and pair[1] in TELLING]
    frauds = [said for said, truth in told if truth == FRAUD]
    honest = [said for said, truth in told if truth == LEGITIMATE]
    return Skill(
        Known(frauds.count(FRAUD), len(frauds)), Known(honest.count(LEGITIMATE), len(honest))
    )


def together(skills: Iterable[Mapping[SkillSource, Skill]]) -> dict[SkillSource, Skill]:
    """What each source says of all these reviewers at once."""
    everybody = list(skills)
    return {
        source: sum((each.get(source, NOTHING) for each in everybody), NOTHING) for source in TITLES
    }


def settled_value(first: str, second: str, third: str | None) -> str | None:
    """What a check settled: what two agree on, else the third person's word; None for nothing."""
    if first == second and first in TELLING:
        return first
    return third if third in TELLING else None


def worth_a_word(skills: Mapping[SkillSource, Skill]) -> SkillSource | None:
    """The source by which a reviewer quite surely misses too much; None where none says so.

    That is P(sensitivity < 0.8) > 0.95 after at least 20 frauds. It is a reason to talk, and locks
    nobody out.
    """
    for source in FAIR:
        frauds = skills.get(source, NOTHING).frauds
        if frauds.of >= FEWEST_FRAUDS and frauds.below(TARGET_SENSITIVITY) > SURE:
            return source
    return None


def _sum(one: Known, other: Known) -> Known:
    return Known(one.right + other.right, one.of + other.of)
