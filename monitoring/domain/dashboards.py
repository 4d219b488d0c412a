"""What the dashboards show: finished values, so that a template only places them.

Rates are fractions in [0, 1], money is Decimal in the reporting currency, times are UTC.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from monitoring.domain.estimation.estimate import Estimate
from monitoring.domain.freshness import Freshness


class TileState(StrEnum):
    """How a rate stands to its target, or why it cannot be said."""

    MEASURED = "measured"  # there is no target
    BELOW = "below"
    OPEN = "open"  # the interval holds the target
    ABOVE = "above"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"
    TOO_EARLY = "too_early"


@dataclass(frozen=True)
class TrendPoint:
    """One week of a rate; `estimate` is None where that week refuses."""

    start: date
    estimate: float | None
    low: float | None
    high: float | None
    n: int
    still_arriving: bool


@dataclass(frozen=True)
class RateTile:
    """One rate. `scale` is the right end of the track, `sentence` says what the number means."""

    name: str
    title: str
    definition: str
    estimate: Estimate
    state: TileState
    target: float | None
    scale: float
    sentence: str


@dataclass(frozen=True)
class MoneyTile:
    """An amount of the window; without `amount` the sentence says what is missing."""

    name: str
    title: str
    amount: Decimal | None
    low: Decimal | None
    high: Decimal | None
    payments: int | None
    sentence: str
    trend: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class CapacityTile:
    """Reviews a day that were asked for, beside what people can do."""

    reviews_per_day: float
    capacity_per_day: int | None
    share_used: float | None
    sentence: str


@dataclass(frozen=True)
class ConfusionCell:
    """Estimated payments of the window, and the labels found in that cell."""

    payments: float | None
    labels: int


@dataclass(frozen=True)
class ConfusionMatrix:
    """Flagged (blocked or sent to review) against the truth."""

    flagged_fraud: ConfusionCell
    flagged_legitimate: ConfusionCell
    approved_fraud: ConfusionCell
    approved_legitimate: ConfusionCell


@dataclass(frozen=True)
class VolumePoint:
    """Decisions of one day or hour by outcome."""

    start: datetime
    approve: int
    review: int
    block: int
    amount: Decimal


@dataclass(frozen=True)
class VersionMarker:
    """From then on this model version decided."""

    at: datetime
    title: str


@dataclass(frozen=True)
class ScoreBin:
    """Share of decisions with a probability in [low, high)."""

    low: float
    high: float
    current_share: float
    reference_share: float | None


@dataclass(frozen=True)
class ScoreDistribution:
    """The window's scores beside those of the preceding window of the same length."""

    bins: tuple[ScoreBin, ...]
    n_current: int
    n_reference: int
    review_threshold: float | None
    block_threshold: float | None


@dataclass(frozen=True)
class SegmentRow:
    """Wrongful declines of one segment."""

    title: str
    labels: int
    estimate: Estimate
    state: TileState


class DriftStatus(StrEnum):
    """Needs effect and n: a large PSI of few payments is not drift."""

    DRIFTED = "drifted"
    WATCH = "watch"
    STABLE = "stable"
    NOT_ENOUGH_DATA = "not_enough_data"


@dataclass(frozen=True)
class HistogramBin:
    """One bin of a feature: its words, and [low, high) where it is a range of numbers."""

    title: str
    low: float | None
    high: float | None
    reference_share: float
    current_share: float


@dataclass(frozen=True)
class FeatureRow:
    """One feature in the table. `noise` is the PSI that chance alone reaches in 1 of 100 weeks."""

    name: str
    title: str
    weight: float | None
    bins: tuple[HistogramBin, ...]
    psi: float | None
    noise: float | None
    status: DriftStatus
    n_reference: int
    n_current: int
    missing_share: float | None


@dataclass(frozen=True)
class PsiPoint:
    """PSI of the seven days up to `day`, as it was reported then."""

    day: date
    psi: float | None
    status: DriftStatus


@dataclass(frozen=True)
class FeatureDetail:
    """The chosen feature. Mean and median are None for categories; `since` is the first day of
    the unbroken run of days with this status."""

    row: FeatureRow
    kind: str
    ks: float | None
    jensen_shannon: float | None
    reference_mean: float | None
    current_mean: float | None
    mean_shift: float | None
    reference_median: float | None
    current_median: float | None
    since: date | None
    psi_by_day: tuple[PsiPoint, ...]
    sentence: str


@dataclass(frozen=True)
class ComparedWindow:
    """What the reference or the current data is, in words and numbers."""

    title: str
    start: datetime
    end: datetime
    n: int


@dataclass(frozen=True)
class DriftDashboard:
    """`report_at` is None as long as no report was computed: everything else is then empty.

    `matched_share` is the share of current payments whose hour of the week occurs in the
    reference. Rows stand by weight in the score; the score itself is the first row.
    """

    headline: str
    report_at: datetime | None
    reference: ComparedWindow | None
    current: ComparedWindow | None
    matched_share: float | None
    watch_from: float
    drifted_from: float
    drifted: int
    watched: int
    rows: tuple[FeatureRow, ...]
    selected: FeatureDetail | None
    freshness: Freshness | None
