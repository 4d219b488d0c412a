"""Sums of the scores of a window, from the hourly rollups."""

from datetime import datetime

from django.db.models import Count, Q, Sum

from monitoring.domain.expected import ScoreSums
from monitoring.models import HourlyRollup
from scoring.models import Outcome

APPROVED = Q(outcome=Outcome.APPROVE)


def score_sums(*, start: datetime, end: datetime) -> tuple[ScoreSums, ScoreSums] | None:
    """Sums over the flagged and over the approved payments of the hours in [start, end).

    None where an hour was counted before these sums were kept: unknown is not zero.
    """
    hours = HourlyRollup.objects.filter(hour__gte=start, hour__lt=end)
    sums = hours.aggregate(
        unknown=Count("pk", filter=Q(scored=None)),
        **_sums("flagged", ~APPROVED),
        **_sums("approved", APPROVED),
    )
    if sums["unknown"]:
        return None
    flagged, approved = (
        ScoreSums(sums[f"{side}_scored"], sums[f"{side}_frauds"], sums[f"{side}_variance"])
        for side in ("flagged", "approved")
    )
    return flagged, approved


def _sums(side: str, members: Q) -> dict[str, Sum]:
    return {
        f"{side}_scored": Sum("scored", filter=members, default=0),
        f"{side}_frauds": Sum("expected_frauds", filter=members, default=0.0),
        f"{side}_variance": Sum("expected_variance", filter=members, default=0.0),
    }
