"""The section on how much the machine's opinion sways people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labeling.domain.presentation import Arm
from monitoring.domain.estimation import Estimate, from_dict
from monitoring.selectors.dashboards.review.measures import MeasureRow, measure_row
from scoring.domain import wording
from scoring.models import DecisionPolicy
from scoring.selectors.policies import active_policy

SHARES = (
    (
        "switch",
        "Goes over to the model",
        "Of blind verdicts against the model’s leaning, so many changed to it after the reveal.",
    ),
    (
        "over_reliance",
        "Follows a wrong model",
        "The reviewer was right and the model wrong: so many ended with the model.",
    ),
    (
        "under_reliance",
        "Ignores a right model",
        "The reviewer was wrong and the model right: so many stayed wrong.",
    ),
)


@dataclass(frozen=True)
class SwaySection:
    """What one arm says: `hidden` of `looks` looks kept back what `what` names."""

    what: str
    looks: int
    hidden: int
    rows: tuple[MeasureRow, ...]


@dataclass(frozen=True)
class Swaying:
    """Which arms are on, in words, and what each says; no section where none is and none was."""

    headline: str
    sections: tuple[SwaySection, ...]


def swaying(stored: Mapping[str, Any]) -> Swaying:
    """What the report says of how people use the machine's opinion; one query."""
    policy = active_policy()
    arms = (
        (Arm.FACTS_FIRST, "score", policy.score_hidden_share),
        (Arm.EXPLANATION_HIDDEN, "reasons", policy.explanation_hidden_share),
    )
    return Swaying(
        headline=_headline(policy),
        sections=tuple(
            _section(arm, what, stored[arm])
            for arm, what, share in arms
            if share or stored[arm]["hidden"]
        ),
    )


def _headline(policy: DecisionPolicy) -> str:
    parts = [
        f"the {what} from {wording.rate(share, 0)}"
        for what, share in (
            ("score", policy.score_hidden_share),
            ("reasons", policy.explanation_hidden_share),
        )
        if share
    ]
    if not parts:
        return f"No arm is on: policy {policy.number} shows everything to everybody."
    return f"Policy {policy.number} hides {' and '.join(parts)} of first looks, by lot."


def _section(arm: Arm, what: str, stored: Mapping[str, Any]) -> SwaySection:
    measured = {name: from_dict(measure) for name, measure in stored["measures"].items()}
    rows = _compared(measured, what)
    if arm is Arm.FACTS_FIRST:
        rows += tuple(
            measure_row(title, definition, measured[name]) for name, title, definition in SHARES
        )
    return SwaySection(what, stored["looks"], stored["hidden"], rows)


def _compared(measured: Mapping[str, Estimate], what: str) -> tuple[MeasureRow, ...]:
    return (
        measure_row(
            "Pull towards the score",
            f"How much more often people agree with the model’s leaning where the {what} can be"
            " seen.",
            measured["pull"],
            unit="points",
        ),
        measure_row(
            "More fraud verdicts",
            f"How much more often people say fraud where the {what} can be seen.",
            measured["fraud"],
            unit="points",
        ),
        measure_row(
            "More time",
            f"Active seconds of a verdict where the {what} can be seen, less those where not.",
            measured["time"],
            unit="s",
        ),
    )
