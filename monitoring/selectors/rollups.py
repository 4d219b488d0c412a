"""What the hourly rollups say of a window."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
from django.db.models import Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Trunc
from numpy.typing import NDArray

from monitoring.domain.dashboards import VolumePoint
from monitoring.models import HourlyRollup
from scoring.models import Outcome

SCORE_BINS = 20


@dataclass(frozen=True, slots=True)
class StratumCount:
    """Decisions of one stratum, and how many of them the lot drew for an audit."""

    outcome: str
    stratum: str
    decisions: int
    audited: int

    @property
    def drawn(self) -> int:
        """Payments that somebody should look at, by outcome or by lot."""
        return self.audited + (self.decisions if self.outcome == Outcome.REVIEW else 0)


@dataclass(frozen=True, slots=True)
class WindowCounts:
    """Decisions of a window, how many went to people, and how many were drawn for a look.

    `first` and `last` are the first and last hour that hold any.
    """

    decisions: int
    reviews: int
    audits: int
    amount: Decimal
    first: datetime | None
    last: datetime | None

    @property
    def drawn(self) -> int:
        """Payments that somebody should look at, by outcome or by lot."""
        return self.reviews + self.audits


def stratum_counts(*, start: datetime, end: datetime) -> list[StratumCount]:
    """Decisions of the hours in [start, end) by stratum."""
    rows = (
        _hours(start, end)
        .values_list("outcome", "stratum")
        .annotate(Sum("decisions"), Sum("audited"))
        .order_by("outcome", "stratum")
    )
    return [StratumCount(*row) for row in rows]


def weekly_stratum_counts(
    *, start: datetime, end: datetime
) -> Mapping[datetime, Sequence[StratumCount]]:
    """The same by the Monday (UTC) of each week that has any, oldest first, in one query."""
    rows = (
        _hours(start, end)
        .annotate(monday=Trunc("hour", "week", tzinfo=UTC))
        .values_list("monday", "outcome", "stratum")
        .annotate(Sum("decisions"), Sum("audited"))
        .order_by("monday", "outcome", "stratum")
    )
    weeks: dict[datetime, list[StratumCount]] = defaultdict(list)
    for monday, *counts in rows:
        weeks[monday].append(StratumCount(*counts))
    return weeks


def window_counts(*, start: datetime, end: datetime) -> WindowCounts:
    """The sums of the hours in [start, end)."""
    sums = _hours(start, end).aggregate(
        total=Sum("decisions", default=0),
        reviews=Sum("decisions", filter=Q(outcome=Outcome.REVIEW), default=0),
        audits=Sum("audited", default=0),
        amount=Sum("base_amount", default=Decimal(0)),
        first=Min("hour"),
        last=Max("hour"),
    )
    return WindowCounts(decisions=sums.pop("total"), **sums)


def volumes(*, start: datetime, end: datetime, step: str) -> tuple[VolumePoint, ...]:
    """Decisions by outcome in each `step` ("hour" or "day") that has any, oldest first."""
    rows = (
        _hours(start, end)
        .annotate(step=Trunc("hour", step, tzinfo=UTC))
        .values("step")
        .annotate(
            approve=_of(Outcome.APPROVE),
            review=_of(Outcome.REVIEW),
            block=_of(Outcome.BLOCK),
            amount=Sum("base_amount"),
        )
        .order_by("step")
    )
    return tuple(
        VolumePoint(row["step"], row["approve"], row["review"], row["block"], row["amount"])
        for row in rows
    )


def hourly_decisions(*, start: datetime, end: datetime) -> Mapping[datetime, int]:
    """Decisions of each hour in [start, end) that has any."""
    rows = _hours(start, end).values_list("hour").annotate(total=Sum("decisions"))
    return dict(rows.order_by("hour"))


def score_histogram(*, start: datetime, end: datetime) -> NDArray[np.int64]:
    """Scored decisions of the hours in [start, end) in equal bins of the probability, (20,)."""
    rows = _hours(start, end).values_list("score_histogram", flat=True)
    total = np.zeros(SCORE_BINS, dtype=np.int64)
    for counts in rows.iterator(chunk_size=2000):
        total += np.array(counts, dtype=np.int64)
    return total


def are_there_rollups() -> bool:
    """Whether anything was ever counted."""
    return HourlyRollup.objects.exists()


def were_counted(*, since: datetime, computed_since: datetime) -> bool:
    """Whether any of the hours since then was counted since that moment."""
    return HourlyRollup.objects.filter(hour__gte=since, computed_at__gte=computed_since).exists()


def _hours(start: datetime, end: datetime) -> QuerySet[HourlyRollup]:
    return HourlyRollup.objects.filter(hour__gte=start, hour__lt=end)


def _of(outcome: str) -> Sum:
    return Sum("decisions", filter=Q(outcome=outcome), default=0)
