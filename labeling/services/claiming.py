"""Claiming: one SQL statement picks, leases and logs, and never makes anybody wait."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction

from labeling.domain.lifecycle import LEASE
from labeling.domain.queue import DUE_SOON, Lane, serving_order
from labeling.models import ReviewTask
from labeling.services.leases import expire_leases
from scoring.access import LEAD, has_role
from scoring.domain import sampling

# Each pick runs only where nothing was found before it: PostgreSQL evaluates the EXISTS first.
# A reviewer is never served what they skipped, what they escalated (which is a skip too), or a
# payment they have judged already.
PICK = """
{name} AS MATERIALIZED (
    SELECT t.id, '{lane}' AS lane FROM labeling_reviewtask t
    WHERE t.status = 'open' AND {condition}
      AND NOT EXISTS ({before})
      AND t.queue_id NOT IN (SELECT id FROM labeling_reviewqueue WHERE paused_at IS NOT NULL)
      AND NOT EXISTS (
        SELECT 1 FROM labeling_taskskip s WHERE s.task_id = t.id AND s.reviewer_id = %(reviewer)s)
      AND NOT EXISTS (
        SELECT 1 FROM labeling_reviewitem i
        JOIN labeling_reviewitem other ON other.transaction_id = i.transaction_id
        JOIN labeling_verdict v ON v.item_id = other.id
        WHERE i.task_id = t.id AND i.resolution = '' AND v.reviewer_id = %(reviewer)s)
    ORDER BY {order} LIMIT 1 FOR NO KEY UPDATE OF t SKIP LOCKED
)"""

# A lease of one's own that ran out but was not taken back yet is renewed before anything new. Only
# for that row the claim waits: skipping it while a sweep holds it would lease a second task.
CLAIM = """
WITH held AS MATERIALIZED (
    SELECT id FROM labeling_reviewtask
    WHERE leased_by_id = %(reviewer)s AND status = 'leased' AND leased_until > %(now)s
),
lapsed AS MATERIALIZED (
    SELECT id, 'own' AS lane FROM labeling_reviewtask
    WHERE leased_by_id = %(reviewer)s AND status = 'leased' AND leased_until <= %(now)s
    FOR NO KEY UPDATE
),
own AS MATERIALIZED (SELECT id FROM held UNION ALL SELECT id FROM lapsed),
{picks},
claimed AS (
    UPDATE labeling_reviewtask t
    SET status = 'leased', leased_by_id = %(reviewer)s, claimed_at = %(now)s,
        leased_until = %(until)s, token = t.token + 1
    FROM ({picked}) AS chosen
    WHERE t.id = chosen.id
    RETURNING t.id, t.case_id, t.token, chosen.lane
),
logged AS (
    INSERT INTO labeling_caseevent (case_id, type, actor_id, occurred_at, data)
    SELECT case_id, 'claimed', %(reviewer)s, %(now)s,
           jsonb_build_object('task', id, 'token', token, 'lane', lane)
    FROM claimed
)
SELECT id FROM claimed UNION ALL SELECT id FROM held
"""

FOUND = "SELECT 1 FROM {}"
CHOSEN = "SELECT id, lane FROM {}"
IN_QUEUE = " AND t.queue_id = %(queue)s"

# Condition and order of each lane; every one reads an index in its order.
CONDITIONS = {
    Lane.DUE_SOON: ("t.lane = 'value' AND t.due_at <= %(due_soon)s", "t.due_at, t.id"),
    Lane.VALUE: ("t.lane = 'value'", "t.rank DESC, t.id"),
    Lane.AUDIT: ("t.lane = 'audit'", "t.rank DESC, t.id"),
    Lane.SECOND: ("t.lane = 'second'", "t.rank DESC, t.id"),
    Lane.ESCALATED: ("t.lane = 'escalated'", "t.rank DESC, t.id"),
}


def claim_task(*, reviewer: User, now: datetime, queue_id: int | None = None) -> ReviewTask | None:
    """Lease the next task to this reviewer for ten minutes; None where there is none for them.

    Whoever holds a task already gets that one again, with the same token. A keyed draw picks the
    lane; an empty lane falls through to the next. Leads are served what was escalated first.
    """
    lanes = serving_order(_draw(reviewer, now))
    if has_role(reviewer, LEAD):
        lanes = (Lane.ESCALATED, *lanes)
    task_id = _claim(reviewer, now, lanes, queue_id)
    if task_id is None and expire_leases(now=now):
        task_id = _claim(reviewer, now, lanes, queue_id)
    return ReviewTask.objects.get(pk=task_id) if task_id else None


def _draw(reviewer: User, now: datetime) -> float:
    secret = settings.FRAUDREVIEW_DATA_KEY.encode()
    return sampling.draw(secret, f"{reviewer.pk} {now.isoformat()}", "lane")


def _claim(
    reviewer: User, now: datetime, lanes: Sequence[Lane], queue_id: int | None
) -> int | None:
    parameters = {
        "reviewer": reviewer.pk,
        "now": now,
        "until": now + LEASE,
        "due_soon": now + DUE_SOON,
        "queue": queue_id,
    }
    try:
        return _execute(_statement(lanes, in_queue=queue_id is not None), parameters)
    except IntegrityError:
        # The same reviewer claimed twice at once; the other claim won, and this one gets its task.
        return _execute(_statement(lanes, in_queue=queue_id is not None), parameters)


def _execute(statement: str, parameters: dict[str, Any]) -> int | None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row = cursor.fetchone()
    return int(row[0]) if row else None


def _statement(lanes: Sequence[Lane], *, in_queue: bool) -> str:
    picks: list[str] = []
    names: list[str] = []
    for position, lane in enumerate(lanes):
        condition, order = CONDITIONS[lane]
        name = f"pick_{position}"
        picks.append(
            PICK.format(
                name=name,
                lane=lane,
                condition=condition + (IN_QUEUE if in_queue else ""),
                before=" UNION ALL ".join(map(FOUND.format, ["own", *names])),
                order=order,
            )
        )
        names.append(name)
    picked = " UNION ALL ".join(map(CHOSEN.format, ["lapsed", *names]))
    return CLAIM.format(picks=",".join(picks), picked=picked)
