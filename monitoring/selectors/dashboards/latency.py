"""The section on how late labels come, read from the newest stored report."""

from dataclasses import dataclass
from datetime import datetime

from labeling.domain.maturing import MATURE_AFTER
from labeling.models import Label
from monitoring.domain.label_latency import Delay, KnownBy, LabelLatency, from_dict
from monitoring.selectors.reports import newest_latency
from scoring.domain import wording

WEEK = 7
MATURE = MATURE_AFTER.days
HOURS = 24


@dataclass(frozen=True)
class LatencyRow:
    """One source in words; texts are empty where `refused` says why there is nothing to tell."""

    source: str
    title: str
    latency: LabelLatency
    median: str
    ninety: str
    by_week: str
    by_maturity: str
    refused: str

    @property
    def median_days(self) -> str:
        """The median without its bounds."""
        return days_in_words(self.latency.median.days) if self.latency.median else ""

    @property
    def median_bounds(self) -> str:
        """The interval of the median alone."""
        return _bounds(self.latency.median, self.latency.horizon) if self.latency.median else ""

    @property
    def ninety_days(self) -> str:
        """After how long nine of ten are known, without bounds."""
        return days_in_words(self.latency.ninety.days) if self.latency.ninety else ""


@dataclass(frozen=True)
class LatencySection:
    """All sources that have told of payments old enough; `computed_at` is None before a report."""

    rows: tuple[LatencyRow, ...]
    computed_at: datetime | None
    mature_days: int = MATURE

    @property
    def chargebacks(self) -> LatencyRow | None:
        """The row of the source that costs money, if it has told anything."""
        return next((row for row in self.rows if row.source == Label.Source.CHARGEBACK), None)


def label_latency_section(*, now: datetime) -> LatencySection:
    """What the newest report says of each source; one query."""
    report = newest_latency(now=now)
    if report is None:
        return LatencySection((), None)
    sources = report.body["sources"]
    return LatencySection(
        rows=tuple(_row(source, from_dict(stored)) for source, stored in sources.items()),
        computed_at=report.created_at,
    )


def days_in_words(days: float) -> str:
    """Return a delay as people say it: in hours below two days.

    >>> days_in_words(0.51), days_in_words(11.94)
    ('12 h', '11.9 days')
    """
    if days < 2:
        return f"{HOURS * days:.0f} h" if HOURS * days >= 1 else "under 1 h"
    return f"{days:.1f} days"


def _row(source: str, latency: LabelLatency) -> LatencyRow:
    return LatencyRow(
        source=source,
        title=Label.Source(source).label,
        latency=latency,
        median=_delay(latency.median, latency.horizon),
        ninety=_delay(latency.ninety, latency.horizon),
        by_week=_share(latency.known_by(WEEK), latency.horizon),
        by_maturity=_share(latency.known_by(MATURE), latency.horizon),
        refused=latency.refused,
    )


def _delay(delay: Delay | None, horizon: int | None) -> str:
    if delay is None:
        return ""
    return f"{days_in_words(delay.days)} ({_bounds(delay, horizon)})"


def _bounds(delay: Delay, horizon: int | None) -> str:
    high = f"over {horizon} days" if delay.high is None else days_in_words(delay.high)
    low = days_in_words(delay.low)
    for unit in (" days", " h"):
        if low.endswith(unit) and high.endswith(unit):
            low = low.removesuffix(unit)
    return f"{low} to {high}"


def _share(point: KnownBy | None, horizon: int | None) -> str:
    # At the horizon all labels are known by definition, which tells nothing.
    if point is None or point.days == horizon:
        return ""
    return f"{wording.rate(point.share)} ({wording.interval(point.low, point.high)})"
