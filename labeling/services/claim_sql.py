"""The SQL of a claim. It never reads more than a few rows of a list, however long the list is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from labeling.domain.queue import Lane
from labeling.models.tasks import STAKE_CLASS


@dataclass(frozen=True, slots=True)
class Turn:
    """A list in which to look for a task: a lane, all of it or only what is late in it.

    `drawn` narrows it to the queue that the statement's parameter of this name says.
    """

    lane: Lane
    late: bool = False
    drawn: bool = False


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
classes AS MATERIALIZED (
    SELECT q.id AS queue_id, stake_class
    FROM allowed q, authority, generate_series(0, {largest}) stake_class
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
# Looking for the first row of each part of the list tells in which of them to lock one; where
# others hold all of that part, the next one follows.
PICK = """
{name} AS MATERIALIZED (
    SELECT taken.id, '{lane}' AS lane
    FROM (
        SELECT part.* FROM {parts} part
        CROSS JOIN LATERAL ({looked_at}) t
        WHERE NOT EXISTS ({before}){only}
        ORDER BY {order}
    ) part
    CROSS JOIN LATERAL ({locked}) taken
    LIMIT 1
)"""

# Nobody is served what they skipped or escalated, payments they have judged already, or what
# is above their authority. OFFSET 0 keeps each question to the one row in hand: made into a join,
# it is planned for all rows of the list, and a reviewer with many verdicts waits for it.
FIRST_OF_PART = """
SELECT t.id, t.rank, t.due_at FROM labeling_reviewtask t
WHERE t.status = 'open' AND t.queue_id = part.queue_id AND {condition}
  AND t.at_stake <= (SELECT amount FROM authority)
  AND t.case_id NOT IN (SELECT case_id FROM escalated)
  AND NOT EXISTS (
    SELECT FROM labeling_taskskip s WHERE s.task_id = t.id AND s.reviewer_id = %(reviewer)s
    OFFSET 0)
  AND NOT EXISTS (
    SELECT FROM labeling_reviewitem i
    JOIN labeling_reviewitem other ON other.transaction_id = i.transaction_id
    JOIN labeling_verdict v ON v.item_id = other.id
    WHERE i.task_id = t.id AND i.resolution = '' AND v.reviewer_id = %(reviewer)s
    OFFSET 0)
ORDER BY {order} LIMIT 1"""
LOCKED = " FOR NO KEY UPDATE OF t SKIP LOCKED"

FOUND = "SELECT 1 FROM {}"
CHOSEN = "SELECT id, lane FROM {}"

# Parts, condition and order of each list; every one reads an index in its order. What is worth
# most is mostly large: without its parts of similar size somebody of little authority would walk
# past all of it.
IN_CLASS = f"{STAKE_CLASS.format('t.at_stake')} = part.stake_class AND t.lane = "
BY_RANK, BY_DEADLINE = "t.rank DESC, t.id", "t.due_at, t.id"
QUEUES = "(SELECT id AS queue_id FROM allowed)"
LISTS: Mapping[tuple[Lane, bool], tuple[str, str, str]] = {
    (Lane.DUE_SOON, False): (
        QUEUES,
        "t.lane IN ('value', 'learn') AND t.due_at <= %(due_soon)s",
        BY_DEADLINE,
    ),
    (Lane.AUDIT, True): (QUEUES, "t.lane = 'audit' AND t.due_at <= %(now)s", BY_DEADLINE),
    **{
        (lane, False): ("classes", f"{IN_CLASS}'{lane}'", BY_RANK)
        for lane in Lane
        if lane is not Lane.DUE_SOON
    },
}


@cache
def claim_statement(turns: tuple[Turn, ...]) -> str:
    """The statement that claims from the first list in which there is a task for this reviewer.

    Its parameters: reviewer, now, until, due_soon, queue (or None), unlimited, and drawn where a
    turn asks for it.
    """
    names = [f"pick_{position}" for position in range(len(turns))]
    picks = [
        _pick(name, turn, ["own", *names[:position]])
        for position, (name, turn) in enumerate(zip(names, turns, strict=True))
    ]
    picked = " UNION ALL ".join(map(CHOSEN.format, ["lapsed", *names]))
    return CLAIM.format(
        picks=",".join(picks), picked=picked, largest=STAKE_CLASS.format("authority.amount")
    )


def _pick(name: str, turn: Turn, before: Sequence[str]) -> str:
    parts, condition, order = LISTS[turn.lane, turn.late]
    first = FIRST_OF_PART.format(condition=condition, order=order)
    return PICK.format(
        name=name,
        lane=turn.lane,
        parts=parts,
        looked_at=first,
        locked=first + LOCKED,
        before=" UNION ALL ".join(map(FOUND.format, before)),
        only=" AND part.queue_id = %(drawn)s" if turn.drawn else "",
        order=order,
    )
