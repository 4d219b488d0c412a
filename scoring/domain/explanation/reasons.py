"""From contributions to a handful of reasons."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scoring.domain.explanation.families import families, family
from scoring.domain.explanation.sentences import sentence
from scoring.domain.features import FeatureSet

MOST = 5
LEAST = 3
# In log odds: less changes a probability by at most a hundredth.
WORTH_TELLING = 0.05


Group = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Inputs that are told as one: summed `contribution` in log odds, told by `position`."""

    code: str
    contribution: float
    position: int
    positions: Group


def reason_codes(
    *,
    feature_set: FeatureSet,
    values: Sequence[float],
    contributions: Sequence[float],
    currency: str,
) -> list[dict[str, Any]]:
    """At most five reasons, strongest first: `{code, sentence, contribution, feature, value}`.

    `values` and `contributions` (log odds, without the base value) are in the order of the feature
    set; a missing value is NaN and comes back as None. Inputs that say the same thing are added up
    under one code and told by the strongest of them. Where something speaks for and something
    against fraud, both are told.
    """
    plain = [float(value) for value in values]
    return [
        {
            "code": reason.code,
            "sentence": sentence(feature_set, reason.position, plain, currency),
            "contribution": reason.contribution,
            "feature": feature_set.features[reason.position].name,
            "value": None if math.isnan(plain[reason.position]) else plain[reason.position],
        }
        for reason in worth_telling(all_reasons(feature_set, contributions))
    ]


def all_reasons(
    feature_set: FeatureSet, contributions: Sequence[float], groups: Sequence[Group] = ()
) -> list[Reason]:
    """Every group of inputs as a reason, strongest first.

    Without `groups` those are the families of inputs; with them, groups of positions that cover
    the feature set, each told under the code of its teller.
    """
    reasons = []
    for positions in groups or tuple(families(feature_set).values()):
        parts = {position: float(contributions[position]) for position in positions}
        total = math.fsum(parts.values())
        # Who tells a sum must pull its way.
        teller = max(parts, key=lambda place: math.copysign(1.0, total) * parts[place])
        reasons.append(
            Reason(
                code=family(feature_set.features[teller]),
                contribution=total,
                position=teller,
                positions=tuple(positions),
            )
        )
    return sorted(reasons, key=lambda reason: -abs(reason.contribution))


def worth_telling(reasons: Sequence[Reason]) -> list[Reason]:
    """Three to five of the reasons, which come strongest first; both directions where it can."""
    told = [reason for reason in reasons if reason.contribution]
    chosen = [
        reason
        for rank, reason in enumerate(told[:MOST])
        if rank < LEAST or abs(reason.contribution) >= WORTH_TELLING
    ]
    other_side = _strongest_of_the_other_side(told, chosen)
    if other_side is not None:
        chosen = [*chosen[: MOST - 1], other_side]
    return chosen


def _strongest_of_the_other_side(told: list[Reason], chosen: list[Reason]) -> Reason | None:
    """The reason that is missing where all chosen ones point the same way."""
    sides = {reason.contribution > 0 for reason in chosen}
    if len(sides) != 1:
        return None
    others = [reason for reason in told if (reason.contribution > 0) not in sides]
    worth = [reason for reason in others if abs(reason.contribution) >= WORTH_TELLING]
    return worth[0] if worth else None
