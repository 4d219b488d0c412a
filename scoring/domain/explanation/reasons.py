"""From contributions to a handful of reasons."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scoring.domain.explanation.families import families
from scoring.domain.explanation.sentences import sentence
from scoring.domain.features import FeatureSet

MOST = 5
LEAST = 3
# In log odds: less changes a probability by at most a hundredth.
WORTH_TELLING = 0.05


@dataclass(frozen=True, slots=True)
class _Group:
    code: str
    contribution: float
    position: int


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
    groups = _chosen(_groups(feature_set, contributions))
    plain = [float(value) for value in values]
    return [
        {
            "code": group.code,
            "sentence": sentence(feature_set, group.position, plain, currency),
            "contribution": group.contribution,
            "feature": feature_set.features[group.position].name,
            "value": None if math.isnan(plain[group.position]) else plain[group.position],
        }
        for group in groups
    ]


def _groups(feature_set: FeatureSet, contributions: Sequence[float]) -> list[_Group]:
    groups = []
    for code, positions in families(feature_set).items():
        parts = {position: float(contributions[position]) for position in positions}
        total = math.fsum(parts.values())
        # Who tells a sum must pull its way.
        teller = max(parts, key=lambda place: math.copysign(1.0, total) * parts[place])
        groups.append(_Group(code, total, teller))
    return sorted(groups, key=lambda group: -abs(group.contribution))


def _chosen(groups: list[_Group]) -> list[_Group]:
    told = [group for group in groups if group.contribution]
    chosen = [
        group
        for rank, group in enumerate(told[:MOST])
        if rank < LEAST or abs(group.contribution) >= WORTH_TELLING
    ]
    other_side = _strongest_of_the_other_side(told, chosen)
    if other_side is not None:
        chosen = [*chosen[: MOST - 1], other_side]
    return chosen


def _strongest_of_the_other_side(told: list[_Group], chosen: list[_Group]) -> _Group | None:
    """The reason that is missing where all chosen ones point the same way."""
    sides = {group.contribution > 0 for group in chosen}
    if len(sides) != 1:
        return None
    others = [group for group in told if (group.contribution > 0) not in sides]
    worth = [group for group in others if abs(group.contribution) >= WORTH_TELLING]
    return worth[0] if worth else None
