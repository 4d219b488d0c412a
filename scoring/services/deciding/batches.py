"""Deciding one batch inside one database transaction: all of it or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from scoring.domain.webhooks.bodies import DECISION_FINAL
from scoring.selectors.audit_plans import planned_audits
from scoring.selectors.policies import policy_of_activation
from scoring.selectors.webhooks.endpoints import SUBSCRIBED
from scoring.services.deciding.claiming import Subject
from scoring.services.deciding.judging import Judged, judge
from scoring.services.deciding.writing import write_batch
from scoring.services.prepared import fetch_prepared
from scoring.services.wakeup import ring
from scoring.services.webhooks.announcing import announce_final_decisions

_OPEN = f"""
SELECT set_config(
        'statement_timeout', COALESCE(%(timeout)s, current_setting('statement_timeout')), true),
    nextval('scoring_scoringbatch_id_seq'),
    (SELECT max(id) FROM scoring_policyactivation),
    (SELECT max(id) FROM scoring_auditplan WHERE policy_id = (
        SELECT policy_id FROM scoring_policyactivation ORDER BY id DESC LIMIT 1)),
    ({SUBSCRIBED})
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Opening:
    """What a batch starts from: its id, the policy in force, its newest audit plan, if any, and
    whether webhooks hear of it."""

    batch_id: int
    activation_id: int
    audit_plan_id: int | None
    is_heard: bool


def open_batch(*, milliseconds: int | None = None) -> Opening:
    """Return what the next batch starts from, and give each later statement so much time.

    The limit ends with the database transaction. One round trip for all of it.
    """
    parameters = {"type": DECISION_FINAL, "timeout": milliseconds and f"{milliseconds}ms"}
    _, *values = fetch_prepared(_OPEN, parameters)[0]
    return Opening(*values)


def decide(
    *,
    subjects: Sequence[Subject],
    now: datetime,
    fallback_reason: str = "",
    opening: Opening | None = None,
) -> Judged | None:
    """Decide these transactions, whose queue places the caller has claimed.

    Must run inside the database transaction of the claim. Returns what was decided, None where
    there was nothing to decide. With a `fallback_reason` (of `Decision.Reason`) the policy's
    fallback decides.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("decide() belongs inside the database transaction of its claim.")
    if not subjects:
        return None
    opening = opening or open_batch()
    judged = judge(
        subjects,
        policy=policy_of_activation(opening.activation_id),
        batch_id=opening.batch_id,
        now=now,
        fallback_reason=fallback_reason,
        planned=planned_audits(opening.audit_plan_id),
    )
    if write_batch(batch_id=opening.batch_id, judged=judged, now=now):
        transaction.on_commit(lambda: ring("labeling.open_cases"))
    if opening.is_heard:
        announce_final_decisions(_final(judged), now=now)
    return judged


def _final(judged: Judged) -> list[int]:
    return [j.subject.transaction_id for j in judged.judgements if j.outcome != "review"]
