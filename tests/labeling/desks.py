"""A desk full of work as rows, made in a few statements: for races, and for looking at plans."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.models import Group, User
from django.db import connection

from tests.labeling.payments import policy_with_model

PAYMENTS = """
WITH added AS (
    INSERT INTO scoring_transaction (external_id, content_hash, occurred_at, received_at, amount,
        currency, base_amount, customer_id, merchant_id, channel, country, billing_country,
        payment_stage, imported)
    SELECT 'many-' || %(first)s + n, sha256(('many-' || %(first)s + n)::bytea), %(now)s, %(now)s,
        10 + n %% 2000, 'EUR', 10 + n %% 2000, 'many-' || %(first)s + n, 'merchant-1', 'web',
        'DE', 'DE', 'authorized', false
    FROM generate_series(1, %(tasks)s) n
    RETURNING id, external_id
),
decided AS (
    INSERT INTO scoring_decision (transaction_id, outcome, reason, probability, model_version_id,
        policy_id, batch_id, stratum, audited, audit_draw, audit_propensity, review_propensity,
        degraded, hold_until, decided_at)
    SELECT id, 'review', 'score', 0.71, %(model)s, %(policy)s, %(batch)s, 'review:s6:a1', false,
        0.999, 0, 1, false, %(due)s, %(now)s
    FROM added
)
SELECT count(*) FROM added
"""

# One case, one item and one task for each payment; the id of the payment is that of its rows.
TASKS = """
WITH payment AS (
    SELECT t.id, t.base_amount,
        row_number() OVER (ORDER BY t.id) AS n
    FROM scoring_transaction t
    WHERE t.external_id LIKE 'many-%%' AND NOT EXISTS (
        SELECT FROM labeling_reviewitem i WHERE i.transaction_id = t.id)
),
queue AS (
    SELECT id, position, min_amount,
        row_number() OVER (ORDER BY position) AS n, count(*) OVER () AS queues
    FROM labeling_reviewqueue
),
cases AS (
    INSERT INTO labeling_reviewcase (id, kind, status, entity_kind, entity_key, opened_at)
    OVERRIDING SYSTEM VALUE
    SELECT %(offset)s + id, %(case_kind)s, 'open',
        CASE WHEN %(case_kind)s = 'review' THEN 'customer_id' ELSE '' END,
        CASE WHEN %(case_kind)s = 'review' THEN 'many-' || id ELSE '' END, %(now)s
    FROM payment
),
tasks AS (
    INSERT INTO labeling_reviewtask (id, case_id, round, kind, queue_id, lane, status, blind,
        presentation, rank, at_stake, headline_id, why, due_at, opened_at, token)
    OVERRIDING SYSTEM VALUE
    SELECT %(offset)s + p.id, %(offset)s + p.id, 1, %(kind)s, q.id, %(lane)s, 'open', %(blind)s,
        'full', CASE WHEN %(blind)s THEN 0 ELSE %(rank)s * p.base_amount END, p.base_amount, p.id,
        'Because.', %(due)s, %(now)s, 0
    FROM payment p JOIN queue q ON q.n = 1 + p.n %% q.queues
)
INSERT INTO labeling_reviewitem (id, case_id, transaction_id, task_id, kind, why, due_at,
    added_at, resolution)
OVERRIDING SYSTEM VALUE
SELECT %(offset)s + id, %(offset)s + id, id, %(offset)s + id, %(case_kind)s, 'Because.', %(due)s,
    %(now)s, ''
FROM payment
"""
# Rows made by the product later take their ids from sequences, which start far below.
OFFSET = 1_000_000_000


class Work(NamedTuple):
    """So many tasks of one list."""

    lane: str
    tasks: int
    due_at: datetime
    kind: str = "first"
    rank: float = 1.0


def fill(work: Sequence[Work], *, now: datetime) -> None:
    """Add held payments with their cases, spread over all queues."""
    policy = policy_with_model(now=now)
    first = 0
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO scoring_scoringbatch (decided_at, snapshot, size, policy_id, worker,"
            " digest) VALUES (%s, pg_current_snapshot(), 0, %s, 'test', ''::bytea)"
            " RETURNING id",
            [now, policy.pk],
        )
        batch = cursor.fetchone()[0]
        for part in work:
            blind = part.kind in ("audit", "second")
            parameters = {
                **part._asdict(),
                "now": now,
                "due": part.due_at,
                "first": first,
                "model": policy.model_version_id,
                "policy": policy.pk,
                "batch": batch,
                "offset": OFFSET,
                "blind": blind,
                "case_kind": "audit" if part.kind == "audit" else "review",
            }
            cursor.execute(PAYMENTS, parameters)
            cursor.execute(TASKS, parameters)
            first += part.tasks


def people(number: int, *, role: str = "analyst") -> list[User]:
    """So many people of one role."""
    added = User.objects.bulk_create(User(username=f"{role}-{n}") for n in range(number))
    group = Group.objects.get(name=role)
    User.groups.through.objects.bulk_create(
        User.groups.through(user=person, group=group) for person in added
    )
    return added
