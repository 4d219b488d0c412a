"""What one reviewer did today, and how often the truth later said otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, Exists, Max, Min, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from labeling.domain.second_review import TELLING
from labeling.domain.shares import Share, share_of
from labeling.models import Label, ReviewTask, Verdict
from labeling.selectors.claims_taken import standing_as_said

USUAL_DAYS = 28
CONTRADICTED_DAYS = 90
# A colleague's first opinion contradicts nobody; these rest on more than one look.
STRONGER = (
    Label.Source.CHARGEBACK,
    Label.Source.FRAUD_REPORT,
    Label.Source.CUSTOMER_CONFIRMATION,
    Label.Source.DISPUTE_REVERSAL,
    Label.Source.APPEAL,
    Label.Source.ADJUDICATION,
)


@dataclass(frozen=True, slots=True)
class MyDay:
    """Work since midnight in the reader's zone; None where nothing was measured."""

    decided: int
    usually: int | None
    median_seconds: int | None
    in_time: int
    active: timedelta
    since: datetime | None
    last_decided_at: datetime | None
    contradicted: Share | None


def my_day(*, reviewer: User, now: datetime) -> MyDay:
    """What this reviewer did today."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    today = _tasks_done(reviewer, midnight)
    seconds = [row["seconds"] for row in today if row["seconds"] is not None]
    return MyDay(
        decided=len(today),
        usually=_usual(reviewer, midnight),
        median_seconds=round(median(seconds)) if seconds else None,
        in_time=sum(row["due_at"] is None or row["done_at"] <= row["due_at"] for row in today),
        active=timedelta(seconds=sum(seconds)),
        since=min((row["began_at"] for row in today), default=None),
        last_decided_at=max((row["done_at"] for row in today), default=None),
        contradicted=_contradicted(reviewer, now),
    )


def _tasks_done(reviewer: User, since: datetime) -> Sequence[Mapping[str, Any]]:
    return list(
        ReviewTask.objects.filter(status="done", done_by=reviewer, done_at__gte=since)
        .annotate(seconds=Max("verdicts__active_seconds"), began_at=Min("verdicts__claimed_at"))
        .filter(began_at__isnull=False)
        .values("due_at", "done_at", "seconds", "began_at")
    )


def _usual(reviewer: User, midnight: datetime) -> int | None:
    """The median number of decided tasks of the days on which there were any."""
    days = (
        ReviewTask.objects.filter(
            status="done",
            done_by=reviewer,
            done_at__gte=midnight - timedelta(days=USUAL_DAYS),
            done_at__lt=midnight,
        )
        .annotate(day=TruncDate("done_at"))
        .values("day")
        .annotate(decided=Count("pk"))
        .values_list("decided", flat=True)
    )
    counts = list(days)
    return round(median(counts)) if counts else None


def contradicted_later() -> Exists:
    """Whether a stronger label, known after a verdict on fraud, says otherwise; for verdicts."""
    return Exists(
        standing_as_said()
        .filter(
            transaction_id=OuterRef("item__transaction_id"),
            source__in=STRONGER,
            known_at__gt=OuterRef("given_at"),
            value__in=TELLING,
        )
        .exclude(value=OuterRef("value"))
    )


def _contradicted(reviewer: User, now: datetime) -> Share | None:
    verdicts = Verdict.objects.filter(
        reviewer=reviewer,
        given_at__gte=now - timedelta(days=CONTRADICTED_DAYS),
        value__in=TELLING,
    )
    counted = verdicts.annotate(wrong=contradicted_later()).aggregate(
        verdicts=Count("pk"), contradicted=Count("pk", filter=Q(wrong=True))
    )
    return share_of(counted["contradicted"], counted["verdicts"])
