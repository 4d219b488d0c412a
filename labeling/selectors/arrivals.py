"""How many cases arrived today, for the empty queue."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from labeling.models import ReviewTask

STEP = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Tasks opened since midnight, in steps of half an hour; `every` is the recent pace."""

    since: datetime
    counts: Sequence[int]
    most: int
    every: timedelta | None


def arrivals_today(*, now: datetime) -> Arrivals:
    """The tasks opened since midnight in the reader's zone."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    opened = ReviewTask.objects.filter(opened_at__gte=midnight).values_list("opened_at", flat=True)
    steps = Counter((moment - midnight) // STEP for moment in opened)
    counts = [steps[step] for step in range((now - midnight) // STEP + 1)]
    recent = sum(counts[-4:])
    window = min(4 * STEP, now - midnight)
    return Arrivals(midnight, counts, max(counts, default=0), window / recent if recent else None)
