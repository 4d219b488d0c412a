"""How far one person's word is to be believed: what people called fraud, and what that is worth."""

from dataclasses import replace
from datetime import datetime, timedelta

from labeling.domain.skill import FAIR, NOTHING, together
from labeling.selectors.skills import reviewer_skills
from monitoring.domain.estimation import PUBLISHED, Estimate, estimate_share
from monitoring.domain.estimation.performance import BLOCKED, REVIEWED
from monitoring.domain.estimation.rates import precision
from monitoring.domain.estimation.reviewer_error import correct_for_reviewers
from monitoring.selectors.samples import WindowSample

# Skills change slowly, and checks are few.
CHECKED_LATELY = timedelta(days=90)


def opinion_rates(sample: WindowSample, *, now: datetime) -> dict[str, Estimate]:
    """opinion_precision and corrected_precision, each a share in [0, 1] or a refusal.

    The first is precision among the labels that nobody confirmed, the second the same if people err
    as often as second looks by lot and practice say. Published rates are not corrected so.
    """
    alone = sample.decided.flagged & sample.verdict_alone
    asked = precision(sample.decided.sample, alone, sides=(REVIEWED, BLOCKED))
    found = "found on one person’s word"
    called = estimate_share(
        sample.decided.sample,
        replace(asked, name="opinion_precision", found=found),
        required=PUBLISHED,
    )
    skills = reviewer_skills(since=now - CHECKED_LATELY, until=now, sources=FAIR)
    known = together(skills.values())
    skill = sum((known[source] for source in FAIR), NOTHING)
    corrected = correct_for_reviewers(called, skill)
    return {
        "opinion_precision": called,
        "corrected_precision": replace(corrected, name="corrected_precision"),
    }
