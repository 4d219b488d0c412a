"""Simulated reviewers: how they err, and a program in which they work at the desk over REST."""

from fraudreview.simulation.reviewers.errors import Reviewer, Skill, standardised, trained
from fraudreview.simulation.reviewers.program import Summary, review

__all__ = ["Reviewer", "Skill", "Summary", "review", "standardised", "trained"]
