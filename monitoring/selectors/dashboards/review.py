"""The page on the quality of people and labels: how much the machine's opinion sways people."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from labeling.domain.presentation import Arm
from monitoring.domain.anchoring import Anchoring, Looks, anchoring
from monitoring.domain.estimation.estimate import Estimate
from monitoring.selectors.anchoring import looks_hiding
from scoring.domain import wording
from scoring.models import DecisionPolicy
from scoring.selectors.policies import active_policy

DAYS = 90
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
class MeasureRow:
    """One measure in words; `value` is empty where `refused` says why there is none."""

    title: str
    definition: str
    value: str
    interval: str
    n: int
    method: str
    refused: str


@dataclass(frozen=True)
class SwaySection:
    """What one arm says: `hidden` of `looks` looks kept back what `what` names."""

    what: str
    looks: int
    hidden: int
    rows: tuple[MeasureRow, ...]


@dataclass(frozen=True)
class ReviewDashboard:
    """The page. Without an arm and without looks, `sections` is empty."""

    days: int
    policy: DecisionPolicy
    headline: str
    sections: tuple[SwaySection, ...]


def review_dashboard(*, now: datetime) -> ReviewDashboard:
    """What 90 days of first looks say of how people use the machine's opinion; aggregates only."""
    policy = active_policy()
    since = now - timedelta(days=DAYS)
    arms = (
        (Arm.FACTS_FIRST, "score", policy.score_hidden_share),
        (Arm.EXPLANATION_HIDDEN, "reasons", policy.explanation_hidden_share),
    )
    found = [
        (arm, what, share, looks_hiding(arm, since=since, now=now)) for arm, what, share in arms
    ]
    return ReviewDashboard(
        days=DAYS,
        policy=policy,
        headline=_headline(policy),
        sections=tuple(
            _section(arm, what, looks)
            for arm, what, share, looks in found
            if share or looks.hidden.any()
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


def _section(arm: Arm, what: str, looks: Looks) -> SwaySection:
    measured = anchoring(looks)
    rows = _compared(measured, what)
    if arm is Arm.FACTS_FIRST:
        rows += tuple(
            _row(title, definition, getattr(measured, name)) for name, title, definition in SHARES
        )
    return SwaySection(what, len(looks), int(looks.hidden.sum()), rows)


def _compared(measured: Anchoring, what: str) -> tuple[MeasureRow, ...]:
    return (
        _row(
            "Pull towards the score",
            f"How much more often people agree with the model’s leaning where the {what} can be"
            " seen.",
            measured.pull,
            unit="points",
        ),
        _row(
            "More fraud verdicts",
            f"How much more often people say fraud where the {what} can be seen.",
            measured.fraud,
            unit="points",
        ),
        _row(
            "More time",
            f"Active seconds of a verdict where the {what} can be seen, less those where not.",
            measured.time,
            unit="s",
        ),
    )


def _row(title: str, definition: str, found: Estimate, *, unit: str = "%") -> MeasureRow:
    known = found.estimate is not None
    return MeasureRow(
        title=title,
        definition=definition,
        value=_value(found.estimate, unit) if found.estimate is not None else "",
        interval=_interval(found, unit) if known else "",
        n=found.n,
        method=found.method,
        refused=found.refused or "",
    )


def _value(value: float, unit: str) -> str:
    if unit == "points":
        return wording.points(value)
    return wording.rate(value) if unit == "%" else f"{wording.signed(value, 1)} s"


def _interval(found: Estimate, unit: str) -> str:
    assert found.low is not None and found.high is not None
    if unit == "%":
        return wording.interval(found.low, found.high)
    scale, word = (100, "points") if unit == "points" else (1, "s")
    low, high = wording.signed(scale * found.low, 1), wording.signed(scale * found.high, 1)
    return f"{low} to {high} {word}"
