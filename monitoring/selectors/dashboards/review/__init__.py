"""The page on the quality of people and labels."""

from dataclasses import dataclass
from datetime import datetime

from labeling.selectors.checks import Settled
from monitoring.domain.freshness import Freshness
from monitoring.models import Report
from monitoring.selectors.dashboards.review.agreeing import (
    AgreementSection,
    ConfirmationSection,
    agreement_section,
    confirmation_section,
)
from monitoring.selectors.dashboards.review.doubts import DoubtsSection, doubts_section
from monitoring.selectors.dashboards.review.people import PeopleSection, people_section
from monitoring.selectors.dashboards.review.sway import Swaying, swaying
from monitoring.selectors.reports import freshness_of, newest_review


@dataclass(frozen=True)
class ReportedSections:
    """What the newest report says, made ready to show."""

    days: int
    agreement: AgreementSection
    confirmation: ConfirmationSection
    people: PeopleSection
    settled_doubts: Settled
    sway: Swaying
    freshness: Freshness


@dataclass(frozen=True)
class ReviewDashboard:
    """The page; `reported` is None before the first report. Searches are told as they stand."""

    reported: ReportedSections | None
    doubts: DoubtsSection


def review_dashboard(*, now: datetime, named: bool = False) -> ReviewDashboard:
    """The newest report on people and labels; aggregates only, unless `named`."""
    report = newest_review(now=now)
    return ReviewDashboard(
        reported=_reported(report, named, now) if report else None, doubts=doubts_section(now=now)
    )


def _reported(report: Report, named: bool, now: datetime) -> ReportedSections:
    body = report.body
    return ReportedSections(
        days=body["days"],
        agreement=agreement_section(body["agreement"]),
        confirmation=confirmation_section(body["confirmation"]),
        people=people_section(body["skills"], named=named),
        settled_doubts=Settled(**body["doubts"]),
        sway=swaying(body["sway"]),
        freshness=freshness_of(report, now=now),
    )
