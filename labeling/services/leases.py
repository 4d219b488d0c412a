"""Keeping, giving back and losing a lease. Every write carries the token of its claim."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import connection, transaction

from labeling.domain import lifecycle, sentences
from labeling.domain.lifecycle import LEASE, Lease, TaskStatus
from labeling.models import ReviewTask, TaskSkip
from labeling.selectors.takers import takers
from labeling.services.events import log
from labeling.services.passing_on import check_a_lead_is_left, pass_on
from scoring.access import ANALYST, LEAD, has_role
from scoring.domain.errors import FieldError, InvalidRecord, NotFound

REASON_LENGTH = 200

# The token grows here too: whoever was too late is told so, also before the next claim.
EXPIRE = """
WITH late AS (
    SELECT id FROM labeling_reviewtask
    WHERE status = 'leased' AND leased_until <= %(now)s
    ORDER BY leased_until LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED
),
returned AS (
    UPDATE labeling_reviewtask t
    SET status = 'open', leased_by_id = NULL, leased_until = NULL, claimed_at = NULL,
        token = t.token + 1
    FROM (
        SELECT held.id, held.leased_by_id FROM labeling_reviewtask held JOIN late USING (id)
    ) AS before
    WHERE t.id = before.id
    RETURNING t.id, t.case_id, before.leased_by_id
),
logged AS (
    INSERT INTO labeling_caseevent (case_id, type, actor_id, occurred_at, data)
    SELECT case_id, 'lease_expired', NULL, %(now)s,
           jsonb_build_object('task', id, 'reviewer', leased_by_id)
    FROM returned
)
SELECT count(*) FROM returned
"""


def expire_leases(*, now: datetime, limit: int = 500) -> int:
    """Give tasks back to the queue whose ten minutes ended; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(EXPIRE, {"now": now, "limit": limit})
        return int(cursor.fetchone()[0])


@transaction.atomic
def extend_lease(*, task_id: int, token: int, reviewer: User, now: datetime) -> ReviewTask:
    """Hold the task for ten minutes from now. Raises LeaseLost."""
    task = lock_held(task_id=task_id, token=token, reviewer=reviewer, now=now)
    task.leased_until = now + LEASE
    task.save(update_fields=["leased_until"])
    return task


@transaction.atomic
def release_task(*, task_id: int, token: int, reviewer: User, now: datetime) -> ReviewTask:
    """Give the task back; anybody may take it, the same reviewer too. Raises LeaseLost."""
    task = lock_held(task_id=task_id, token=token, reviewer=reviewer, now=now)
    give_back(task)
    log(task.case_id, "released", now=now, actor_id=reviewer.pk, task=task.pk)
    return task


@transaction.atomic
def skip_task(
    *, task_id: int, token: int, reviewer: User, reason: str, now: datetime
) -> ReviewTask:
    """Give the task back to everybody else; "not me" never means "nobody".

    Where no analyst on duty is left for it, it goes before the leads. Raises LeaseLost,
    InvalidRecord without a reason, InvalidTransition (`nobody_left`) for the last lead.
    """
    task = lock_held(task_id=task_id, token=token, reviewer=reviewer, now=now)
    _keep_away(task, reviewer, reason, now)
    log(task.case_id, "skipped", now=now, actor_id=reviewer.pk, task=task.pk, reason=reason)
    if task.lane != ReviewTask.Lane.ESCALATED and not takers(task, role=ANALYST).exists():
        pass_on(task, now=now, skipped_by=reviewer)
    if task.lane == ReviewTask.Lane.ESCALATED and has_role(reviewer, LEAD):
        check_a_lead_is_left(task)
    give_back(task)
    return task


@transaction.atomic
def escalate_task(
    *, task_id: int, token: int, reviewer: User, reason: str, now: datetime
) -> ReviewTask:
    """Put the task before the leads, but never before whoever escalates it.

    Raises LeaseLost, InvalidRecord without a reason.
    """
    task = lock_held(task_id=task_id, token=token, reviewer=reviewer, now=now)
    _keep_away(task, reviewer, reason, now, escalated=True)
    task.lane = ReviewTask.Lane.ESCALATED
    task.why = task.why if task.blind else sentences.why_escalated(reason)
    give_back(task)
    log(task.case_id, "escalated", now=now, actor_id=reviewer.pk, task=task.pk, reason=reason)
    return task


def lock_held(*, task_id: int, token: int, reviewer: User, now: datetime) -> ReviewTask:
    """Lock a task that this reviewer holds under this token. Raises NotFound, LeaseLost."""
    task = lock_task(task_id)
    lifecycle.check_held(lease_of(task), reviewer_id=reviewer.pk, token=token, now=now)
    return task


def lock_task(task_id: int) -> ReviewTask:
    """Lock a task for this database transaction. Raises NotFound."""
    task = ReviewTask.objects.select_for_update(no_key=True).filter(pk=task_id).first()
    if task is None:
        raise NotFound("unknown_task", "There is no such task.")
    return task


def lease_of(task: ReviewTask) -> Lease:
    """The lease of a task as the rules read it."""
    return Lease(
        status=TaskStatus(task.status),
        token=task.token,
        holder_id=task.leased_by_id,
        until=task.leased_until,
    )


def _keep_away(
    task: ReviewTask, reviewer: User, reason: str, now: datetime, *, escalated: bool = False
) -> None:
    reason = reason.strip()
    if not 0 < len(reason) <= REASON_LENGTH:
        sentence = f"Say why, in at most {REASON_LENGTH} characters."
        code = "too_long" if reason else "required"
        raise InvalidRecord([FieldError("reason", code, sentence)], sentence)
    TaskSkip.objects.create(
        task=task, reviewer=reviewer, reason=reason, escalated=escalated, skipped_at=now
    )


def give_back(task: ReviewTask) -> None:
    """Put a locked task back into the queue; its token ends."""
    lifecycle.check_step(TaskStatus(task.status), TaskStatus.OPEN)
    task.status = ReviewTask.Status.OPEN
    task.leased_by = task.leased_until = task.claimed_at = None
    # A token belongs to one lease: whatever else the old page sends is refused.
    task.token += 1
    task.save()
