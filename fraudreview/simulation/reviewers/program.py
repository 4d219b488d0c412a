"""A program that reviews over REST, as any other could: claim, look, judge, go on."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

import numpy as np

from fraudreview.simulation.reviewers.errors import Reviewer

SKIPPED_SHARE = 0.01
ESCALATED_SHARE = 0.01
UNSURE_SHARE = 0.02
REASON = "other"
WHY_SKIPPED = "Simulated: somebody else should look at this one."
WHY_LEFT = "Simulated: left to a person."
WHY_ESCALATED = "Simulated: a lead should look at this one."
# Where the program knows no truth, it believes an even chance of the score.
UNKNOWN = 0.5


class Desk(Protocol):
    """The calls that a reviewer makes; each returns status and answer."""

    def post(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Send a body to a path below /api/v1/."""


@dataclass(slots=True)
class Summary:
    """What came of a session. `lost` counts leases that ended before the verdict."""

    cases: int = 0
    payments: int = 0
    fraud: int = 0
    skipped: int = 0
    escalated: int = 0
    lost: int = 0
    minutes: float = 0.0
    wrong: int = 0
    known: int = 0
    errors: list[str] = field(default_factory=list)

    def to_numbers(self) -> dict[str, Any]:
        """Return the same as JSON holds it."""
        return asdict(self)


def review(
    desk: Desk,
    reviewer: Reviewer,
    *,
    truths: Mapping[str, bool],
    rng: np.random.Generator,
    cases: int,
    wait: Callable[[float], None] = time.sleep,
    seconds_per_minute: float = 0.0,
    leaves: Callable[[dict[str, Any]], bool] = lambda case: False,
) -> Summary:
    """Judge up to so many cases and return what came of it; ends early when nothing waits.

    A simulated minute takes `seconds_per_minute`. Cases that `leaves` names are left to others.
    The score counts only where the answer shows it. The day ends with the reviewer's minutes.
    """
    summary = Summary()
    while summary.cases < cases and summary.minutes < reviewer.skill.minutes_per_day:
        status, claim = desk.post("tasks/claim/", {})
        if status == 204:
            break
        if status != 200:
            summary.errors.append(f"claim: {status} {claim.get('code', '')}")
            break
        if leaves(claim["case"]):
            if not _skip(desk, claim, WHY_LEFT, summary):
                # Nobody else is left for it: it would be served again and again.
                break
            continue
        minutes = reviewer.case_minutes(float(rng.standard_normal()))
        wait(minutes * seconds_per_minute)
        summary.minutes += minutes
        _judge(desk, reviewer, claim, minutes, truths, rng, summary)
    return summary


def _judge(
    desk: Desk,
    reviewer: Reviewer,
    claim: dict[str, Any],
    minutes: float,
    truths: Mapping[str, bool],
    rng: np.random.Generator,
    summary: Summary,
) -> None:
    task, token = claim["task"], claim["token"]
    mood = rng.random()
    if mood < SKIPPED_SHARE:
        _skip(desk, claim, WHY_SKIPPED, summary)
        return
    if mood < SKIPPED_SHARE + ESCALATED_SHARE:
        status, _ = desk.post(f"tasks/{task}/escalate/", {"token": token, "reason": WHY_ESCALATED})
        summary.escalated += status == 204
        return
    said = {
        item["external_id"]: _said(reviewer, item, truths, rng) for item in claim["case"]["items"]
    }
    body = {
        "token": token,
        "active_seconds": round(60 * minutes, 1),
        "items": [{"external_id": name, **verdict} for name, verdict in said.items()],
    }
    status, answer = desk.post(f"tasks/{task}/verdict/", body)
    if answer.get("code") == "lease_lost":
        summary.lost += 1
    elif status != 200:
        summary.errors.append(f"verdict: {status} {answer.get('code', '')}")
    else:
        _count(summary, said, truths)


def _skip(desk: Desk, claim: dict[str, Any], why: str, summary: Summary) -> bool:
    body = {"token": claim["token"], "reason": why}
    status, _ = desk.post(f"tasks/{claim['task']}/skip/", body)
    summary.skipped += status == 204
    return status == 204


def _said(
    reviewer: Reviewer, item: dict[str, Any], truths: Mapping[str, bool], rng: np.random.Generator
) -> dict[str, str]:
    opinion = item["opinion"]
    score = opinion["probability"] if opinion else None
    if rng.random() < UNSURE_SHARE:
        return {"verdict": "cannot_tell"}
    fraud = truths.get(item["external_id"])
    if fraud is None:
        fraud = rng.random() < (UNKNOWN if score is None else score)
    traits = traits_of(item, score)
    calls = reviewer.calls_fraud(
        traits, fraud=fraud, score_shown=score is not None, drawn=float(rng.random())
    )
    return {"verdict": "fraud", "reason_code": REASON} if calls else {"verdict": "legitimate"}


def traits_of(item: dict[str, Any], score: float | None) -> np.ndarray[Any, np.dtype[np.float64]]:
    """What a reviewer reacts to, about standardised: score, amount, hour, distance from home."""
    amount, hour = float(item["amount"]), int(item["occurred_at"][11:13])
    home = item["billing_country"] in (None, item["country"])
    margin = 0.0 if score is None else math.log((score + 0.01) / (1.01 - score))
    return np.array(
        [
            margin / 2,
            (math.log(max(amount, 0.01)) - 4) / 1.2,
            -math.cos(2 * math.pi * hour / 24),
            -0.4 if home else 1.6,
        ]
    )


def _count(
    summary: Summary, said: Mapping[str, Mapping[str, str]], truths: Mapping[str, bool]
) -> None:
    summary.cases += 1
    summary.payments += len(said)
    for name, verdict in said.items():
        calls = verdict["verdict"] == "fraud"
        summary.fraud += calls
        if name in truths and verdict["verdict"] != "cannot_tell":
            summary.known += 1
            summary.wrong += calls != truths[name]
