"""The page on the quality of people and labels."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitoring.selectors.dashboards.review.agreeing import (
    AgreementSection,
    ConfirmationSection,
    agreement_section,
    confirmation_section,
)
from monitoring.selectors.dashboards.review.doubts import DoubtsSection, doubts_section
from monitoring.selectors.dashboards.review.people import PeopleSection, people_section
from monitoring.selectors.dashboards.review.sway import Swaying, swaying

DAYS = 90


@dataclass(frozen=True)
class ReviewDashboard:
    """The page: what the last `days` say."""

    days: int
    agreement: AgreementSection
    confirmation: ConfirmationSection
    people: PeopleSection
    doubts: DoubtsSection
    sway: Swaying


def review_dashboard(*, now: datetime, named: bool = False) -> ReviewDashboard:
    """What 90 days say of people and labels; aggregates only, unless `named`."""
    since = now - timedelta(days=DAYS)
    return ReviewDashboard(
        days=DAYS,
        agreement=agreement_section(since=since, now=now),
        confirmation=confirmation_section(since=since, now=now),
        people=people_section(since=since, now=now, named=named),
        doubts=doubts_section(since=since, now=now),
        sway=swaying(since=since, now=now),
    )
