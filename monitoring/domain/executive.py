"""The executive page, finished for its template."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from monitoring.domain.dashboards import (
    CapacityTile,
    ConfusionMatrix,
    MoneyTile,
    RateTile,
    ScoreDistribution,
    SegmentRow,
    TrendPoint,
    VersionMarker,
    VolumePoint,
)
from monitoring.domain.expectations import ExpectedTable
from monitoring.domain.figures import Figure
from monitoring.domain.freshness import Freshness
from monitoring.domain.schemes import SchemeRatio

FIRST_RATES = ("precision", "recall", "alert_ratio")


@dataclass(frozen=True)
class ExecutiveDashboard:
    """`report_at` is None as long as no report was computed: everything else is then empty.

    `headline` is the sentence under the title: period, labels, share still to come.
    `rates` holds precision, recall, flag_fpr, friction_rate, fdr, alert_ratio and prevalence.
    `figures` holds these and every other number by name, as the table of evidence and the
    download show them; `chargebacks` begins with all schemes together.
    """

    days: int
    available_days: tuple[int, ...]
    currency: str
    headline: str
    report_at: datetime | None
    window_start: datetime
    window_end: datetime
    decisions: int
    labels: int
    share_matured: float | None
    fpr: RateTile | None
    money: tuple[MoneyTile, ...]
    rates: tuple[RateTile, ...]
    capacity: CapacityTile | None
    confusion: ConfusionMatrix | None
    volumes: tuple[VolumePoint, ...]
    fpr_trend: tuple[TrendPoint, ...]
    version_markers: tuple[VersionMarker, ...]
    scores: ScoreDistribution | None
    segments: tuple[SegmentRow, ...]
    segments_scale: float
    figures: Mapping[str, Figure]
    chargebacks: tuple[SchemeRatio, ...]
    expected: ExpectedTable | None
    freshness: Freshness | None

    @property
    def first_rates(self) -> tuple[RateTile, ...]:
        """What a manager asks next: precision, recall, and how much work it makes."""
        return tuple(tile for tile in self.rates if tile.name in FIRST_RATES)

    @property
    def other_rates(self) -> tuple[RateTile, ...]:
        """Those that explain the first ones."""
        return tuple(tile for tile in self.rates if tile.name not in FIRST_RATES)
