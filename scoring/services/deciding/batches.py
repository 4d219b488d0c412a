"""Deciding one batch inside one database transaction: all of it or nothing."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from scoring.domain.webhooks.bodies import DECISION_FINAL
from scoring.selectors.policies import policy_of_activation
from scoring.selectors.webhooks.endpoints import SUBSCRIBED
from scoring.services.deciding.claiming import Subject
from scoring.services.deciding.judging import Judged, judge
from scoring.services.deciding.writing import write_batch
from scoring.services.prepared import fetch_prepared
from scoring.services.wakeup import ring
from scoring.services.webhooks.announcing import announce_final_decisions

_OPENING = f"""
SELECT nextval(pg_get_serial_sequence('scoring_scoringbatch', 'id')),
    (SELECT max(id) FROM scoring_policyactivation),
    ({SUBSCRIBED})
"""  # noqa: S608


def decide(
    *, subjects: Sequence[Subject], now: datetime, fallback_reason: str = ""
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
    opening = fetch_prepared(_OPENING, {"type": DECISION_FINAL})
    batch_id, activation_id, is_heard = opening[0]
    judged = judge(
        subjects,
        policy=policy_of_activation(activation_id),
        batch_id=batch_id,
        now=now,
        fallback_reason=fallback_reason,
    )
    if write_batch(batch_id=batch_id, judged=judged, now=now):
        transaction.on_commit(lambda: ring("labeling.open_cases"))
    if is_heard:
        announce_final_decisions(_final(judged), now=now)
    return judged


def _final(judged: Judged) -> list[int]:
    return [j.subject.transaction_id for j in judged.judgements if j.outcome != "review"]
