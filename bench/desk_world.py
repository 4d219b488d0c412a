"""A desk with a long queue: what waits was sent, decided and opened by the product itself."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
from django.contrib.auth.models import Group, User
from django.db import connection
from django.utils import timezone

from bench import model, services
from bench.history import World, add_history
from bench.model import Trained
from bench.options import Options
from bench.progress import say
from labeling.models import ReviewQueue, ReviewTask, TaskSkip
from scoring.selectors.policies import active_policy
from scoring.services.policies import activate_policy, create_policy, draft_for

PREFIX = "q"
# Of what comes in so many are approved, and all of those go to people blind.
AUDITED_SHARE = 0.08
SECOND_SHARE = 0.05
DUE_SOON_SHARE = 0.02
SKIPS_EACH = 40
SKIPPED_AMONG = 400
RULE = "The benchmark's desk: everything is reviewed, what is approved is audited."

# A second look is a row of its own after a first one; here first looks are turned into them.
_SECOND = """
UPDATE labeling_reviewtask SET kind = 'second', lane = 'second', blind = true, rank = 0,
    why = 'Selected for review.', presentation = 'facts_first'
WHERE lane = 'value' AND id %% 100 < %s
"""
_DUE_SOON = """
WITH soon AS (
    UPDATE labeling_reviewtask SET due_at = %(now)s + (id %% 28 + 1) * interval '1 minute'
    WHERE lane = 'value' AND id %% 100 >= %(from)s AND id %% 100 < %(to)s RETURNING id, due_at
)
UPDATE labeling_reviewitem i SET due_at = soon.due_at FROM soon WHERE i.task_id = soon.id
"""


def fill(trained: Trained, *, options: Options, now: datetime) -> World:
    """Add a history, and a queue of about `desk_cases` open cases over several queues.

    Customers of the world come several times, so that cases hold one payment or more.
    """
    world = World(options.long_history_rows)
    add_history(world, seed=options.seed, until=now)
    model.put_into_production(trained, now=now)
    _review_everything(trained, now=now)
    say(f"{world.rows:,} rows of history are ready")
    services.take_in(options, world, PREFIX, _payments(options.desk_cases, world), now)
    services.decide_all()
    services.open_all_cases()
    with connection.cursor() as cursor:
        second = round(100 * SECOND_SHARE)
        cursor.execute(_SECOND, [second])
        soon = second + round(100 * DUE_SOON_SHARE)
        cursor.execute(_DUE_SOON, {"now": now, "from": second, "to": soon})
    ReviewQueue.objects.create(
        name="paused", title="Paused", position=5, min_amount=5000, paused_at=now
    )
    say(f"{ReviewTask.objects.filter(status='open').count():,} tasks wait")
    return world


def reviewers(count: int, *, seed: int) -> Sequence[User]:
    """So many analysts, each of whom has said "not me" to some of the first cases."""
    analysts = Group.objects.get(name="analyst")
    people = User.objects.bulk_create(
        User(username=f"reviewer-{number}", first_name=f"Reviewer {number}")
        for number in range(count)
    )
    analysts.user_set.add(*people)
    first = list(
        ReviewTask.objects.filter(status="open", lane="value")
        .order_by("-rank", "pk")
        .values_list("pk", flat=True)[:SKIPPED_AMONG]
    )
    chance, now = random.Random(seed), timezone.now()
    TaskSkip.objects.bulk_create(
        TaskSkip(task_id=task_id, reviewer=person, reason="Benchmark.", skipped_at=now)
        for person in people
        for task_id in chance.sample(first, min(SKIPS_EACH, len(first)))
    )
    return people


def _review_everything(trained: Trained, *, now: datetime) -> None:
    """A policy under which a share is approved and audited, and all the rest is reviewed."""
    chances = trained.estimator.probabilities(trained.estimator.margins(trained.values))
    policy = active_policy()
    assert policy.model_version is not None
    owner = User.objects.get(username="dana")
    draft = replace(
        draft_for(policy.model_version, like=policy),
        review_threshold=float(np.quantile(chances, AUDITED_SHARE)),
        block_threshold=None,
        rule=RULE,
        audit_rates={"approve": 1, "approve_near": 1, "block": 1},
        review_capacity=1_000_000,
        review_minutes=int(timedelta(days=20).total_seconds() // 60),
    )
    made = create_policy(draft=draft, by=owner, now=now)
    activate_policy(policy=made, by=owner, reason=model.REASON, now=now)


def _payments(cases: int, world: World) -> int:
    """How many payments of random customers it takes for so many different customers.

    Solves cases = customers · (1 − e^(−payments / customers)).
    """
    share = min(cases / world.customers, 0.9)
    return round(-world.customers * float(np.log1p(-share)))
