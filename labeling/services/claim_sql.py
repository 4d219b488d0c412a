"""The SQL of a claim. It never reads more than a few rows of a list, however long the list is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from labeling.domain.queue import Lane


@dataclass(frozen=True, slots=True)
class Turn:
    """A list in which to look for a task: a lane, all of it or only what is late in it."""

    lane: Lane
    late: bool = False
    queue_id: int | None = None


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
authority AS MATERIALIZED (
    SELECT coalesce(min(authority) FILTER (WHERE NOT %(unlimited)s), 'Infinity') AS amount
    FROM labeling_reviewer WHERE user_id = %(reviewer)s
),
own_queues AS MATERIALIZED (
    SELECT chosen.reviewqueue_id AS id
    FROM labeling_reviewer_queues chosen JOIN labeling_reviewer r ON r.id = chosen.reviewer_id
    WHERE r.user_id = %(reviewer)s
),
allowed AS MATERIALIZED (
    SELECT q.id FROM labeling_reviewqueue q
    WHERE q.paused_at IS NULL AND q.id = coalesce(%(queue)s, q.id)
      AND (q.id IN (SELECT id FROM own_queues) OR NOT EXISTS (SELECT FROM own_queues))
),
escalated AS MATERIALIZED (
    SELECT given.case_id FROM labeling_taskskip s JOIN labeling_reviewtask given
    ON given.id = s.task_id WHERE s.reviewer_id = %(reviewer)s AND s.escalated
),
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

# Each pick runs only where nothing was found before it: PostgreSQL evaluates the EXISTS first.
# Looking into each queue for its first row tells which of them to lock a row in; where others
# hold all of that one, the next queue follows.
PICK = """
{name} AS MATERIALIZED (
    SELECT taken.id, '{lane}' AS lane
    FROM (
        SELECT q.id AS queue_id FROM allowed q
        CROSS JOIN LATERAL ({looked_at}) t
        WHERE NOT EXISTS ({before}){only}
        ORDER BY {order}
    ) nearest
    CROSS JOIN LATERAL ({locked}) taken
    LIMIT 1
)"""

# Nobody is served what they skipped or escalated, payments they have judged already, or what
# is above their authority.
FIRST_OF_QUEUE = """
SELECT t.id, t.rank, t.due_at FROM labeling_reviewtask t
WHERE t.status = 'open' AND t.queue_id = {queue} AND {condition}
  AND t.at_stake <= (SELECT amount FROM authority)
  AND t.case_id NOT IN (SELECT case_id FROM escalated)
  AND NOT EXISTS (
    SELECT FROM labeling_taskskip s WHERE s.task_id = t.id AND s.reviewer_id = %(reviewer)s)
  AND NOT EXISTS (
    SELECT FROM labeling_reviewitem i
    JOIN labeling_reviewitem other ON other.transaction_id = i.transaction_id
    JOIN labeling_verdict v ON v.item_id = other.id
    WHERE i.task_id = t.id AND i.resolution = '' AND v.reviewer_id = %(reviewer)s)
ORDER BY {order} LIMIT 1"""
LOCKED = " FOR NO KEY UPDATE OF t SKIP LOCKED"

FOUND = "SELECT 1 FROM {}"
CHOSEN = "SELECT id, lane FROM {}"

# Condition and order of each list; every one reads an index in its order.
BY_RANK, BY_DEADLINE = "t.rank DESC, t.id", "t.due_at, t.id"
LISTS: Mapping[tuple[Lane, bool], tuple[str, str]] = {
    (Lane.DUE_SOON, False): (
        "t.lane IN ('value', 'learn') AND t.due_at <= %(due_soon)s",
        BY_DEADLINE,
    ),
    (Lane.AUDIT, True): ("t.lane = 'audit' AND t.due_at <= %(now)s", BY_DEADLINE),
    **{
        (lane, False): (f"t.lane = '{lane}'", BY_RANK) for lane in Lane if lane is not Lane.DUE_SOON
    },
}


def claim_statement(turns: Sequence[Turn]) -> str:
    """The statement that claims from the first list in which there is a task for this reviewer.

    Its parameters: reviewer, now, until, due_soon, queue (or None), unlimited.
    """
    names = [f"pick_{position}" for position in range(len(turns))]
    picks = [
        _pick(name, turn, ["own", *names[:position]])
        for position, (name, turn) in enumerate(zip(names, turns, strict=True))
    ]
    picked = " UNION ALL ".join(map(CHOSEN.format, ["lapsed", *names]))
    return CLAIM.format(picks=",".join(picks), picked=picked)


def _pick(name: str, turn: Turn, before: Sequence[str]) -> str:
    condition, order = LISTS[turn.lane, turn.late]
    return PICK.format(
        name=name,
        lane=turn.lane,
        looked_at=FIRST_OF_QUEUE.format(queue="q.id", condition=condition, order=order),
        locked=FIRST_OF_QUEUE.format(queue="nearest.queue_id", condition=condition, order=order)
        + LOCKED,
        before=" UNION ALL ".join(map(FOUND.format, before)),
        only="" if turn.queue_id is None else f" AND q.id = {turn.queue_id:d}",
        order=order,
    )
