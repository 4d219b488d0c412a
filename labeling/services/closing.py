"""What ends a matter without a verdict: the payment's own events, and its deadline."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from labeling.models import ReviewCase, ReviewItem, ReviewTask
from labeling.services.announcing import announce_closed_cases
from labeling.services.events import log
from labeling.services.rounds import refresh_tasks
from labeling.services.waiting import end_waits
from scoring.domain.disposing import ENDED
from scoring.models import Disposition, TransactionEvent
from scoring.selectors.decisions import final_outcome, newest_disposition
from scoring.services import dispose

BATCH = 200

CLOSE_FINISHED = """
WITH closed AS (
    UPDATE labeling_reviewcase c SET status = 'closed', closed_at = %(now)s
    WHERE c.id = ANY(%(cases)s) AND c.status <> 'closed' AND NOT EXISTS (
        SELECT FROM labeling_reviewitem i WHERE i.case_id = c.id AND i.resolution = '')
    RETURNING c.id
),
logged AS (
    INSERT INTO labeling_caseevent (case_id, type, actor_id, occurred_at, data)
    SELECT id, 'closed', NULL, %(now)s, '{}' FROM closed ORDER BY id
)
SELECT id FROM closed ORDER BY id
"""


@transaction.atomic
def close_moot(*, now: datetime, limit: int = BATCH) -> int:
    """Close held items whose payments ended by themselves; return how many.

    Audits stay: a refund or a cancellation does not say what was true, and dropping them would
    bend the sample.
    """
    ended = TransactionEvent.objects.filter(
        transaction_id=OuterRef("transaction_id"), type__in=ENDED
    )
    items = _lock_items(_held_items().filter(Exists(ended)), limit)
    close_items(items, ReviewItem.Resolution.MOOT, now)
    return len(items)


@transaction.atomic
def expire_deadlines(*, now: datetime, limit: int = BATCH) -> int:
    """Dispose of held payments whose own deadline has passed, by their policy; return how many.

    A timeout is no verdict and makes no label. The minutes of a queue end nothing: a task that is
    late by them is only served earlier.
    """
    close_moot(now=now, limit=limit)
    items = _lock_items(_held_items().filter(due_at__lte=now), limit)
    for item in items:
        _dispose_by_policy(item, now)
    close_items(items, ReviewItem.Resolution.TIMEOUT, now)
    return len(items)


def close_finished_cases(case_ids: Collection[int], *, now: datetime) -> None:
    """Close those of the locked cases in which nothing is open any more."""
    with connection.cursor() as cursor:
        cursor.execute(CLOSE_FINISHED, {"cases": list(case_ids), "now": now})
        finished = [row[0] for row in cursor.fetchall()]
    announce_closed_cases(finished, now=now)


def _held_items() -> QuerySet[ReviewItem]:
    """Held items that nobody has just decided: a verdict that can still be undone goes first."""
    held = ReviewItem.objects.filter(resolution="", kind=ReviewCase.Kind.REVIEW)
    return held.exclude(task__status=ReviewTask.Status.PENDING)


def _lock_items(items: QuerySet[ReviewItem], limit: int) -> Sequence[ReviewItem]:
    """Lock the cases of up to `limit` items, the earliest deadline first, then the items.

    Cases in which somebody is just recording a verdict are left to the next sweep.
    """
    wanted = items.order_by("due_at").values("case_id", "pk")[:limit]
    rows = {row["pk"]: row["case_id"] for row in wanted}
    locked = set(
        ReviewCase.objects.select_for_update(skip_locked=True, no_key=True)
        .filter(pk__in=rows.values())
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    return list(
        items.filter(pk__in=[pk for pk, case_id in rows.items() if case_id in locked])
        .select_related("transaction__decision__policy")
        .order_by("pk")
    )


def _dispose_by_policy(item: ReviewItem, now: datetime) -> None:
    payment = item.transaction
    if final_outcome(payment.decision, newest_disposition(payment.pk)) != "review":
        return
    policy = payment.decision.policy
    disposition = dispose(
        transaction=payment,
        action=policy.timeout_action,
        cause=Disposition.Cause.TIMEOUT,
        note=f"Nobody decided in time; policy {policy.number} says {policy.timeout_action}.",
        now=now,
    )
    log(item.case_id, "timed_out", now=now, item=item.pk, disposition=disposition.pk)


def close_items(
    items: Sequence[ReviewItem], resolution: ReviewItem.Resolution, now: datetime
) -> None:
    """End items of locked cases without a verdict, and what hung on them alone."""
    ReviewItem.objects.filter(pk__in=[item.pk for item in items]).update(
        resolution=resolution, resolved_at=now
    )
    if resolution is ReviewItem.Resolution.MOOT:
        for item in items:
            log(item.case_id, "moot", now=now, item=item.pk)
    _settle_tasks({item.task_id for item in items if item.task_id}, now)
    close_finished_cases({item.case_id for item in items}, now=now)


def _settle_tasks(task_ids: Collection[int], now: datetime) -> None:
    """End tasks that nothing waits for; a new token refuses what their holders still send."""
    tasks = list(
        ReviewTask.objects.select_for_update(no_key=True)
        .filter(pk__in=task_ids, status__in=ReviewTask.UNDECIDED)
        .order_by("pk")
    )
    waiting = set(
        ReviewItem.objects.filter(task_id__in=task_ids, resolution="").values_list(
            "task_id", flat=True
        )
    )
    for task in tasks:
        if task.pk not in waiting:
            if task.leased_by_id:
                log(task.case_id, "lease_ended", now=now, task=task.pk, reviewer=task.leased_by_id)
            task.status = ReviewTask.Status.MOOT
            task.leased_by = task.leased_until = task.resume_at = None
            task.token += 1
            task.done_at = now
            task.save()
    end_waits({task.case_id for task in tasks})
    refresh_tasks([task.pk for task in tasks if task.pk in waiting])
