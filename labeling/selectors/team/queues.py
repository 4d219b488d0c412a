"""Queues as leads see them: what waits, how old it is, what is late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Aggregate, Count, DateTimeField, Min, Q, QuerySet, Sum

from labeling.models import ReviewQueue, ReviewTask
from scoring.domain.errors import NotFound

OPEN, LEASED = ReviewTask.Status.OPEN, ReviewTask.Status.LEASED
WAITING_SHOWN = 20
NOTHING: Mapping[str, Any] = {
    **dict.fromkeys(("open", "held", "for_customers", "late"), 0),
    **dict.fromkeys(("worth", "oldest", "median")),
}


class Median(Aggregate):
    """The middle value: half of the rows are older."""

    function = "percentile_disc"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DateTimeField()


@dataclass(frozen=True, slots=True)
class QueueState:
    """One queue now; ages are None where nothing waits. Money in the reporting currency.

    What waits in the queue of blocked audits is kept back: number, worth or age would tell which
    of the blind tasks are there.
    """

    queue: ReviewQueue
    open: int
    held: int
    for_customers: int
    worth: Decimal
    late: int
    oldest: timedelta | None
    median: timedelta | None

    @property
    def kept_back(self) -> bool:
        """Whether its figures are not told; they are 0 then."""
        return self.queue.blocked_audits


def queue_states(*, now: datetime) -> Sequence[QueueState]:
    """All queues in their order; two queries."""
    opened = Q(status=OPEN)
    counted = {
        row["queue"]: row
        for row in ReviewTask.objects.filter(status__in=[OPEN, LEASED, ReviewTask.Status.WAITING])
        .values("queue")
        .annotate(
            open=Count("pk", filter=opened),
            held=Count("pk", filter=Q(status=LEASED)),
            for_customers=Count("pk", filter=Q(status=ReviewTask.Status.WAITING)),
            worth=Sum("at_stake", filter=opened),
            late=Count("pk", filter=opened & Q(due_at__lte=now)),
            oldest=Min("opened_at", filter=opened),
            median=Median("opened_at", filter=opened),
        )
        .order_by()
    }
    return [_state(queue, counted.get(queue.pk), now) for queue in ReviewQueue.objects.all()]


def queue_of(queue_id: int) -> ReviewQueue:
    """One queue. Raises NotFound."""
    queue = ReviewQueue.objects.filter(pk=queue_id).first()
    if queue is None:
        raise NotFound("unknown_queue", "There is no such queue.")
    return queue


def waiting_for_customers() -> QuerySet[ReviewTask]:
    """The tasks that were set aside, the next to come back first."""
    waiting = ReviewTask.objects.filter(status=ReviewTask.Status.WAITING)
    return waiting.select_related("queue", "case").order_by("resume_at")[:WAITING_SHOWN]


def _state(queue: ReviewQueue, row: Mapping[str, Any] | None, now: datetime) -> QueueState:
    counted = NOTHING if row is None or queue.blocked_audits else row
    oldest, median = counted["oldest"], counted["median"]
    return QueueState(
        queue=queue,
        open=counted["open"],
        held=counted["held"],
        for_customers=counted["for_customers"],
        worth=counted["worth"] or Decimal(0),
        late=counted["late"],
        oldest=now - oldest if oldest else None,
        median=now - median if median else None,
    )
