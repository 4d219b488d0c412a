"""A share of verdicts corrected for how often reviewers err."""

from dataclasses import replace

from labeling.domain.skill import Skill
from monitoring.domain.estimation import intervals
from monitoring.domain.estimation.estimate import Estimate

# Of either kind: from fewer cases nobody knows how often reviewers err.
FEWEST_CASES = 20


def correct_for_reviewers(called: Estimate, skill: Skill) -> Estimate:
    """The share of frauds behind the share `called` fraud, or a refusal.

    p = (q + Sp - 1) / (Se + Sp - 1) (Rogan and Gladen, American Journal of Epidemiology 1978), Se
    and Sp being the shares of frauds and of honest payments that reviewers know, with the interval
    of the delta method on the scale of the log-odds; the doubt about both is in it. Refused where
    fewer are called fraud than false alarms alone would give: there a correction invents a number,
    and frauds have to be confirmed by others instead.
    """
    if called.estimate is None or not called.n_eff:
        return called
    sensitivity, specificity = skill.frauds, skill.honest
    if min(sensitivity.of, specificity.of) < FEWEST_CASES:
        return _without_bounds(
            called,
            f"not enough evidence: reviewers were checked on {sensitivity.of:,} frauds and"
            f" {specificity.of:,} honest payments, {FEWEST_CASES} of each are needed",
        )
    gain = sensitivity.mean + specificity.mean - 1
    if gain <= 0:
        return _without_bounds(called, "not enough evidence: reviewers do no better than chance")
    share = (called.estimate + specificity.mean - 1) / gain
    if share <= 0:
        return _without_bounds(
            called,
            "not enough evidence: fewer payments are called fraud than false alarms alone would"
            " give",
        )
    if share >= 1:
        return _without_bounds(
            called,
            "not enough evidence: more payments are called fraud than such reviewers could find",
        )
    variance = (
        called.estimate * (1 - called.estimate) / called.n_eff
        + share**2 * sensitivity.variance
        + (1 - share) ** 2 * specificity.variance
    ) / gain**2
    low, high = intervals.logit(share, variance)
    n_eff = share * (1 - share) / variance if variance else called.n_eff
    return replace(called, estimate=share, low=low, high=high, method="logit", n_eff=n_eff)


def _without_bounds(called: Estimate, sentence: str) -> Estimate:
    return replace(called, low=None, high=None, method="none").refuse(sentence)
