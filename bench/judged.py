"""A past in which people judged: decisions, cases, verdicts, labels, made by the database.

It is as wide as the product's own tables and as long as wished. One customer and one merchant have
far more payments than all others, and one payment has as many labels as a long dispute leaves.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import connection

from bench.history import World
from scoring.models import ScoringBatch
from scoring.selectors.policies import active_policy

DAYS = 90
# Of a hundred payments so many go to people, are blocked, and of the rest are audited.
REVIEWED, BLOCKED, AUDITED = 30, 3, 2
BUSY_CUSTOMER, BUSY_PAYMENTS = "C-busy", 10_000
BUSY_MERCHANT = "M000000"
LABELLED = "j-000000001"
LABELS_OF_ONE = 500

_PAYMENTS = """
INSERT INTO scoring_transaction (
    external_id, content_hash, occurred_at, received_at, amount, currency, base_amount,
    customer_id, card_id, merchant_id, payment_method, channel, country, payment_stage, imported)
SELECT 'j-' || lpad(n::text, 9, '0'), sha256(('j' || n)::bytea), at, at, amount, 'EUR', amount,
    CASE WHEN n %% %(busy_every)s = 0 THEN %(busy_customer)s
        ELSE 'C' || lpad((random() * %(customers)s)::int::text, 7, '0') END,
    'K' || lpad((random() * %(customers)s)::int::text, 7, '0'),
    CASE WHEN n %% 2 = 0 THEN %(busy_merchant)s
        ELSE 'M' || lpad((random() * %(merchants)s)::int::text, 6, '0') END,
    'card', CASE WHEN random() < 0.2 THEN 'online' ELSE 'pos' END, 'DE', 'authorized', false
FROM (
    SELECT n, %(until)s::timestamptz - %(span)s::interval * (1 - n::float8 / %(rows)s) AS at,
        round(exp(3.3 + random_normal())::numeric, 2) + 0.01 AS amount
    FROM generate_series(1, %(rows)s) n
) drawn
"""
# Which payment went where, with the keys of all rows that follow from it.
_PLAN = """
CREATE TEMPORARY TABLE judged AS
SELECT t.id, t.external_id, t.occurred_at AS at, t.base_amount, number,
    outcome, probability, share, outcome = 'review' OR share < %(audited)s AS looked,
    outcome <> 'review' AND share < %(audited)s AS audited,
    random() < 0.05 AS checked, random() AS chance,
    CASE WHEN random() < probability THEN 'fraud' ELSE 'legitimate' END AS said
FROM (
    SELECT id, external_id, occurred_at, base_amount,
        row_number() OVER (ORDER BY id) AS number, random() AS share, random() AS luck,
        random() AS score
    FROM scoring_transaction WHERE external_id LIKE 'j-%%') t
CROSS JOIN LATERAL (
    SELECT CASE WHEN luck < %(reviewed)s THEN 'review'
        WHEN luck < %(reviewed)s + %(blocked)s THEN 'block' ELSE 'approve' END AS outcome) o
CROSS JOIN LATERAL (
    SELECT CASE outcome WHEN 'review' THEN 0.1 + 0.6 * score WHEN 'block' THEN 0.8 + 0.19 * score
        ELSE 0.1 * score * score END AS probability) p
ORDER BY t.id;
CREATE TEMPORARY TABLE looks AS
SELECT *, nextval('scoring_caserequest_id_seq') AS request_id,
    nextval('labeling_reviewcase_id_seq') AS case_id,
    nextval('labeling_reviewtask_id_seq') AS task_id,
    nextval('labeling_reviewitem_id_seq') AS item_id,
    nextval('labeling_verdict_id_seq') AS verdict_id,
    %(people)s::bigint[] AS people FROM judged WHERE looked ORDER BY id;
ANALYZE judged;
ANALYZE looks
"""
_DECISIONS = """
INSERT INTO scoring_decision (transaction_id, outcome, reason, probability, model_version_id,
    policy_id, batch_id, stratum, audited, audit_draw, audit_propensity, review_propensity,
    degraded, hold_until, decided_at)
SELECT id, outcome, 'score', probability, %(model)s, %(policy)s, %(batch)s,
    outcome || ':s' || (width_bucket(probability,
        ARRAY[0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.5, 0.7, 0.9]::float8[]))
        || ':a' || width_bucket(base_amount, ARRAY[20, 100, 500, 2000]::numeric[]),
    audited, least(share, 0.999999), CASE outcome WHEN 'review' THEN 0 ELSE %(audited)s END,
    CASE outcome WHEN 'review' THEN 1 END, false,
    CASE outcome WHEN 'review' THEN at + interval '1 day' END, at
FROM judged ORDER BY id
"""
_LOOKS = """
INSERT INTO scoring_caserequest (id, transaction_id, kind, requested_at, consumed_at)
SELECT request_id, id, CASE WHEN audited THEN 'audit' ELSE 'review' END, at, at FROM looks;
INSERT INTO labeling_reviewcase (id, kind, status, entity_kind, entity_key, opened_at, closed_at)
SELECT case_id, CASE WHEN audited THEN 'audit' ELSE 'review' END, 'closed', '', '', at,
    at + interval '20 minutes' FROM looks;
INSERT INTO labeling_reviewtask (id, case_id, round, kind, queue_id, queue_by_lead, lane, status,
    blind, presentation, presentation_share, rank, at_stake, headline_id, why, due_at, opened_at,
    token, done_at, done_by_id)
SELECT task_id, case_id, 1, CASE WHEN audited THEN 'audit' ELSE 'first' END, %(queue)s, false,
    CASE WHEN audited THEN 'audit' ELSE 'value' END, 'done', audited OR chance < 0.1,
    CASE WHEN audited OR chance < 0.1 THEN 'facts_first' ELSE 'full' END,
    CASE WHEN audited THEN NULL WHEN chance < 0.1 THEN 0.1 ELSE 0.9 END, 1, base_amount, id,
    'Score above the threshold of review.', at + interval '1 hour', at, 2,
    at + interval '20 minutes', people[1 + number %% array_length(people, 1)] FROM looks;
INSERT INTO labeling_reviewitem (id, case_id, transaction_id, task_id, kind, case_request_id, why,
    due_at, added_at, resolution, resolved_at)
SELECT item_id, case_id, id, task_id, CASE WHEN audited THEN 'audit' ELSE 'review' END, request_id,
    'Score above the threshold of review.', CASE WHEN NOT audited THEN at + interval '1 day' END,
    at, 'verdict', at + interval '20 minutes' FROM looks;
INSERT INTO labeling_verdict (id, item_id, task_id, reviewer_id, value, note, verification, blind,
    presentation, claimed_at, active_seconds, given_at)
SELECT verdict_id, item_id, task_id, people[1 + number %% array_length(people, 1)],
    CASE WHEN chance > 0.99 THEN 'cannot_tell' ELSE said END, '', 'opinion',
    audited OR chance < 0.1,
    CASE WHEN audited OR chance < 0.1 THEN 'facts_first' ELSE 'full' END,
    at + interval '18 minutes', 40 + 60 * chance, at + interval '20 minutes' FROM looks;
INSERT INTO labeling_label (transaction_id, value, source, verification, fraud_type, reason,
    dispute_stage, occurred_at, known_at, recorded_at, reviewer_id, verdict_id, propensity)
SELECT id, CASE WHEN chance > 0.99 THEN 'unknown' ELSE said END, 'verdict', 'opinion', '', '', '',
    at + interval '20 minutes', at + interval '20 minutes', at + interval '20 minutes',
    people[1 + number %% array_length(people, 1)], verdict_id,
    CASE WHEN audited THEN %(audited)s ELSE 1 END FROM looks;
INSERT INTO scoring_disposition (transaction_id, action, cause, actor_id, verdict_id, note,
    disposed_at)
SELECT id, CASE said WHEN 'fraud' THEN 'decline' ELSE 'release' END, 'verdict',
    people[1 + number %% array_length(people, 1)], verdict_id, '', at + interval '20 minutes'
FROM looks WHERE NOT audited;
INSERT INTO labeling_caseevent (case_id, type, actor_id, occurred_at, data)
SELECT case_id, type, CASE WHEN type <> 'opened' THEN
    people[1 + number %% array_length(people, 1)] END, at + after,
    jsonb_build_object('task', task_id)
FROM looks CROSS JOIN (VALUES ('opened', interval '0 minutes'),
    ('claimed', interval '18 minutes'), ('verdict', interval '20 minutes')) AS step (type, after)
ORDER BY at;
INSERT INTO labeling_caseevent (case_id, type, actor_id, occurred_at, data)
SELECT case_id, 'released', people[1 + (number + 1) %% array_length(people, 1)],
    at + interval '10 minutes', jsonb_build_object('task', task_id)
FROM looks WHERE chance < 0.05
"""
# Another person looks again: rounds of their own, of which a tenth disagrees.
_CHECKS = """
CREATE TEMPORARY TABLE checks AS
SELECT looks.*, nextval('labeling_reviewcase_id_seq') AS check_case,
    nextval('labeling_reviewtask_id_seq') AS check_task,
    nextval('labeling_reviewitem_id_seq') AS check_item,
    people[1 + (number + 1) %% array_length(people, 1)] AS other,
    CASE WHEN random() < 0.9 THEN said WHEN said = 'fraud' THEN 'legitimate'
        ELSE 'fraud' END AS again
FROM looks WHERE checked;
INSERT INTO labeling_reviewcase (id, kind, status, entity_kind, entity_key, opened_at, closed_at)
SELECT check_case, 'check', 'closed', '', '', at + interval '30 minutes', at + interval '1 hour'
FROM checks;
INSERT INTO labeling_reviewtask (id, case_id, round, kind, queue_id, queue_by_lead, lane, status,
    blind, presentation, rank, at_stake, headline_id, why, opened_at, token, done_at, done_by_id)
SELECT check_task, check_case, 1, 'second', %(queue)s, false, 'second', 'done', true,
    'facts_first', 0, base_amount, id, 'Selected for review.', at + interval '30 minutes', 2,
    at + interval '1 hour', other FROM checks;
INSERT INTO labeling_reviewitem (id, case_id, transaction_id, task_id, kind, why, added_at,
    resolution, resolved_at)
SELECT check_item, check_case, id, check_task, 'check', 'Selected for review.',
    at + interval '30 minutes', 'verdict', at + interval '1 hour' FROM checks;
INSERT INTO labeling_verdict (item_id, task_id, reviewer_id, value, note, verification, blind,
    presentation, claimed_at, active_seconds, given_at)
SELECT check_item, check_task, other, again, '', 'opinion', true, 'facts_first',
    at + interval '58 minutes', 60, at + interval '1 hour' FROM checks;
INSERT INTO labeling_secondreviewdraw (verdict_id, reason, share, probability, drawn, item_id,
    drawn_at)
SELECT verdict_id, 'random', 0.05, 0.05, CASE WHEN checks.check_item IS NULL THEN 0.5 ELSE 0.01 END,
    checks.check_item, looks.at + interval '20 minutes'
FROM looks LEFT JOIN checks USING (verdict_id) ORDER BY looks.at
"""
_TOLD = """
INSERT INTO labeling_label (transaction_id, value, source, verification, fraud_type, reason,
    dispute_stage, occurred_at, known_at, recorded_at)
SELECT id, CASE WHEN chance < 0.5 THEN 'fraud' ELSE 'legitimate' END,
    CASE WHEN chance < 0.25 THEN 'chargeback' WHEN chance < 0.5 THEN 'fraud_report'
        ELSE 'customer_confirmation' END, '', '', CASE WHEN chance < 0.25 THEN '10.4' ELSE '' END,
    '', known, known, known
FROM (SELECT *, at + 60 * share * interval '1 day' AS known FROM judged) told
WHERE number %% 33 = 0 AND known < %(until)s;
INSERT INTO labeling_label (transaction_id, value, source, verification, fraud_type, reason,
    dispute_stage, occurred_at, known_at, recorded_at)
SELECT id, CASE n %% 2 WHEN 0 THEN 'fraud' ELSE 'legitimate' END,
    CASE n %% 2 WHEN 0 THEN 'chargeback' ELSE 'dispute_reversal' END, '', '',
    CASE n %% 2 WHEN 0 THEN '10.4' ELSE '' END, '', at + n * interval '1 hour',
    at + n * interval '1 hour', at + n * interval '1 hour'
FROM judged CROSS JOIN generate_series(1, %(labels_of_one)s) n WHERE external_id = %(labelled)s;
INSERT INTO scoring_transactionevent (transaction_id, type, occurred_at, received_at)
SELECT id, 'captured', at + interval '2 hours', at + interval '2 hours'
FROM judged WHERE outcome = 'approve'
"""


@dataclass(frozen=True, slots=True)
class Past:
    """How much was judged."""

    payments: int
    verdicts: int


def add_judged(world: World, *, rows: int, until: datetime, people: list[User]) -> Past:
    """Add so many decided payments of the ninety days before `until`, three in ten judged."""
    policy = active_policy()
    values = {
        "rows": rows,
        "busy_every": max(1, rows // BUSY_PAYMENTS),
        "busy_customer": BUSY_CUSTOMER,
        "busy_merchant": BUSY_MERCHANT,
        "customers": world.customers - 1,
        "merchants": world.merchants - 1,
        "until": until,
        "span": timedelta(days=DAYS),
        "reviewed": REVIEWED / 100,
        "blocked": BLOCKED / 100,
        "audited": AUDITED / 100,
        "people": [person.pk for person in people],
        "model": policy.model_version_id,
        "policy": policy.pk,
        "batch": ScoringBatch.objects.order_by("pk").values_list("pk", flat=True)[0],
        "queue": _last_queue(),
        "labelled": LABELLED,
        "labels_of_one": LABELS_OF_ONE,
    }
    with _unwaited() as cursor:
        for step in (_PAYMENTS, _PLAN, _DECISIONS, _LOOKS, _CHECKS, _TOLD):
            for statement in step.split(";\n"):
                cursor.execute(statement, values)
        cursor.execute("SELECT count(*) FROM looks")
        verdicts = int(cursor.fetchone()[0])
        cursor.execute("DROP TABLE judged, looks, checks")
    return Past(rows, verdicts)


@contextmanager
def _unwaited() -> Iterator[Any]:
    # What is generated can be generated again: nobody waits for the disk here.
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
        yield cursor
        cursor.execute("RESET synchronous_commit")


def _last_queue() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM labeling_reviewqueue ORDER BY position DESC LIMIT 1")
        return int(cursor.fetchone()[0])
