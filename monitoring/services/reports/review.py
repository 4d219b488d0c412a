"""What ninety days say of people and of their labels, computed in the background."""

from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from labeling.domain.presentation import Arm
from labeling.domain.second_review import FRAUD, Reason
from labeling.selectors.checks import random_pairs, settled_checks
from labeling.selectors.skills import reviewer_skills
from monitoring.domain.agreement import PairAgreement, Pairs, pair_agreement
from monitoring.domain.anchoring import Anchoring, anchoring
from monitoring.models import Report
from monitoring.selectors.anchoring import looks_hiding
from monitoring.selectors.reports import FORMAT

WINDOW = timedelta(days=90)
# The report says the same however often it is computed.
SEED = 0
ARMS = (Arm.FACTS_FIRST, Arm.EXPLANATION_HIDDEN)


def review_report(*, now: datetime) -> Report:
    """Compute and store the report; where nobody judged anything yet it says so."""
    window = {"since": now - WINDOW, "until": now}
    return Report.objects.create(
        kind=Report.Kind.REVIEW,
        window_start=window["since"],
        window_end=now,
        as_of=now,
        body={
            "format": FORMAT,
            "days": WINDOW // timedelta(days=1),
            "agreement": _agreement(**window),
            "confirmation": asdict(settled_checks(Reason.CONFIRMATION, **window)),
            "doubts": asdict(settled_checks(Reason.LABEL_ERROR, **window)),
            "skills": _skills(**window),
            "sway": {str(arm): _sway(arm, **window) for arm in ARMS},
        },
        created_at=now,
    )


def _agreement(*, since: datetime, until: datetime) -> dict[str, Any]:
    found = random_pairs(since=since, until=until)
    pairs = Pairs(
        first=np.array([first == FRAUD for first, _, _ in found.pairs], dtype=np.bool_),
        second=np.array([second == FRAUD for _, second, _ in found.pairs], dtype=np.bool_),
        share=np.array([share for _, _, share in found.pairs], dtype=np.float64),
    )
    return {
        "pairs": len(pairs),
        "unsure": found.unsure,
        "waiting": found.waiting,
        "measures": _measures(pair_agreement(pairs, rng=np.random.default_rng(SEED))),
    }


def _skills(*, since: datetime, until: datetime) -> dict[str, dict[str, Any]]:
    """By reviewer and source of the truth; JSON knows keys of text only."""
    found = reviewer_skills(since=since, until=until)
    return {
        str(person): {str(source): asdict(skill) for source, skill in skills.items()}
        for person, skills in found.items()
    }


def _sway(arm: Arm, *, since: datetime, until: datetime) -> dict[str, Any]:
    looks = looks_hiding(arm, since=since, now=until)
    return {
        "looks": len(looks),
        "hidden": int(looks.hidden.sum()),
        "measures": _measures(anchoring(looks)),
    }


def _measures(found: PairAgreement | Anchoring) -> dict[str, dict[str, Any]]:
    return {each.name: getattr(found, each.name).as_dict() for each in fields(found)}
