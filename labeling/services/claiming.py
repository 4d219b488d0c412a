"""Claiming: one SQL statement picks, leases and logs, and never makes anybody wait."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from labeling.domain.lifecycle import LEASE
from labeling.domain.queue import (
    ANY_DEADLINE,
    DUE_SOON,
    SURGE_ORDER,
    Lane,
    drawn_queue,
    serving_order,
    working_first,
)
from labeling.models import ReviewTask
from labeling.selectors.desk import checking_allowed, desk_settings, lane_shares, reserved_queues
from labeling.selectors.surge import surge_active
from labeling.services.claim_sql import Turn, claim_statement
from labeling.services.leases import expire_leases
from scoring.access import LEAD, has_role
from scoring.domain import sampling
from scoring.services.prepared import fetch_prepared


def claim_task(*, reviewer: User, now: datetime, queue_id: int | None = None) -> ReviewTask | None:
    """Lease the next task to this reviewer for ten minutes; None where there is none for them.

    Whoever holds a task already gets that one again, with the same token. A keyed draw picks the
    lane, and a queue where some have a share of their own; what is empty falls through to the
    next. Leads are served what was escalated first. Nobody is served what they skipped, judged or
    escalated, what is above their authority, or from a queue that is paused or not theirs.
    """
    task_id = _claim(reviewer, now, queue_id)
    if task_id is None and expire_leases(now=now):
        task_id = _claim(reviewer, now, queue_id)
    return ReviewTask.objects.get(pk=task_id) if task_id else None


def _claim(reviewer: User, now: datetime, queue_id: int | None) -> int | None:
    lead, surge = has_role(reviewer, LEAD), surge_active(now)
    drawn = drawn_queue(_draw(reviewer, now, "queue"), reserved_queues())
    before, lanes = _order(reviewer, now, surge=surge)
    first, *others = [_of_lane(lane, drawn is not None) for lane in lanes]
    parameters = {
        "reviewer": reviewer.pk,
        "now": now,
        "until": now + LEASE,
        "due_soon": now + (ANY_DEADLINE if surge else DUE_SOON),
        "queue": queue_id,
        "drawn": drawn,
        # What nobody else may decide, leads may.
        "unlimited": lead,
    }
    escalated = [Turn(Lane.ESCALATED)] if lead else []
    # Nearly always the lane that was drawn has something, and a short statement is a quick one.
    return _take([*escalated, *before, *first], parameters) or _take(
        list(chain(*others)), parameters
    )


def _order(reviewer: User, now: datetime, *, surge: bool) -> tuple[Sequence[Turn], Sequence[Lane]]:
    """What goes before every lane, and the lanes in the order of this claim.

    An audit past its deadline goes before, as long as checking is within its limit.
    """
    declared = desk_settings()
    checking = checking_allowed(declared)
    before = [Turn(Lane.AUDIT, late=True)] if checking else []
    if surge:
        return before, SURGE_ORDER
    order = serving_order if checking else working_first
    return before, order(_draw(reviewer, now, "lane"), lane_shares(declared))


def _of_lane(lane: Lane, queue_drawn: bool) -> Sequence[Turn]:
    return [Turn(lane, drawn=True), Turn(lane)] if queue_drawn else [Turn(lane)]


def _draw(reviewer: User, now: datetime, purpose: str) -> float:
    secret = settings.FRAUDREVIEW_DATA_KEY.encode()
    return sampling.draw(secret, f"{reviewer.pk} {now.isoformat()}", purpose)


def _take(turns: Sequence[Turn], parameters: dict[str, Any]) -> int | None:
    statement = claim_statement(tuple(turns))
    try:
        return _execute(statement, parameters)
    except IntegrityError:
        # The same reviewer claimed twice at once; the other claim won, and this one gets its task.
        return _execute(statement, parameters)


@transaction.atomic
def _execute(statement: str, parameters: dict[str, Any]) -> int | None:
    rows = fetch_prepared(statement, parameters)
    return int(rows[0][0]) if rows else None
